//go:build race

package fingerprint_test

// raceDetector says that everything is some ten times slower.
const raceDetector = true
