package report

import "unicode"

// wide are the characters that take two columns where type is monospaced: East
// Asian scripts, full-width forms and pictures (Unicode Standard Annex 11).
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115f, Stride: 1}, {Lo: 0x2e80, Hi: 0x303e, Stride: 1}, {Lo: 0x3041, Hi: 0xa4cf, Stride: 1},
		{Lo: 0xa960, Hi: 0xa97c, Stride: 1}, {Lo: 0xac00, Hi: 0xd7a3, Stride: 1}, {Lo: 0xf900, Hi: 0xfaff, Stride: 1},
		{Lo: 0xfe30, Hi: 0xfe6f, Stride: 1}, {Lo: 0xff00, Hi: 0xff60, Stride: 1}, {Lo: 0xffe0, Hi: 0xffe6, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0x1f300, Hi: 0x1f64f, Stride: 1}, {Lo: 0x1f900, Hi: 0x1faff, Stride: 1}, {Lo: 0x20000, Hi: 0x3fffd, Stride: 1}},
}

// columns returns how many columns a line takes where type is monospaced.
func columns(line string) int {
	n := 0
	for _, r := range line {
		n += columnsOf(r)
	}
	return n
}

func columnsOf(r rune) int {
	switch {
	case unicode.Is(unicode.Mn, r):
		return 0 // it stands on the character before it
	case unicode.Is(wide, r):
		return 2
	}
	return 1
}

// cutColumns returns the beginning of a line that takes at most width columns,
// and the rest. The beginning is never empty.
func cutColumns(line string, width int) (head, rest string) {
	for i, r := range line {
		if width -= columnsOf(r); width < 0 && i > 0 {
			return line[:i], line[i:]
		}
	}
	return line, ""
}
