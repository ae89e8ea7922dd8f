package waiver

// matchGlob reports whether the whole of s matches the pattern. * stands for any
// characters, dots and none at all included, ? for exactly one. Everything else
// stands for itself, brackets too: resource addresses are full of them, so
// path.Match would read aws_lb.web[0] as a set of characters.
func matchGlob(pattern, s string) bool {
	p, text := []rune(pattern), []rune(s)
	at, star, resume := 0, -1, 0
	for i := 0; i < len(text); {
		switch {
		case at < len(p) && p[at] == '*':
			star, resume = at, i
			at++
		case at < len(p) && (p[at] == '?' || p[at] == text[i]):
			at++
			i++
		case star >= 0: // let the last * take one character more
			resume++
			at, i = star+1, resume
		default:
			return false
		}
	}
	for at < len(p) && p[at] == '*' {
		at++
	}
	return at == len(p)
}
