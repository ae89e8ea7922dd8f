package waiver

// MatchGlob is matchGlob, for its tests.
func MatchGlob(pattern, s string) bool { return matchGlob(pattern, s) }
