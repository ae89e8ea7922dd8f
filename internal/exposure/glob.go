package exposure

// Glob reports whether pattern matches all of s. * stands for any characters,
// dots and slashes included, and ? for exactly one; every other character,
// brackets too, stands for itself, because resource addresses hold brackets.
func Glob(pattern, s string) bool {
	p, text := []rune(pattern), []rune(s)
	star, mark := -1, 0 // the last * seen, and how much text it has taken
	i, j := 0, 0
	for j < len(text) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || p[i] == text[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}
