//go:build race

package policy_test

// Under the race detector an evaluation takes ten times as long, and a table is
// no race: every seventh status code will do, and those that have a row.
const codeStep = 7
