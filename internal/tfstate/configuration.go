package tfstate

func (d *document) readConfiguration(in *Input) error { return nil }
