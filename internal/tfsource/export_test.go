package tfsource

// ParseAccept and Parse are what the fuzz targets feed.
var ParseAccept = parseAccept

// Parse reads one file as a module, with its comments.
func Parse(name string, src []byte) (*Source, error) {
	f, err := parse(name, src)
	if err != nil {
		return nil, err
	}
	m := &module{blocks: map[string]*block{}}
	m.add(f, false)
	s := &Source{declared: m.blocks, absent: map[string]bool{}, problems: m.problems}
	s.gather()
	return s, nil
}
