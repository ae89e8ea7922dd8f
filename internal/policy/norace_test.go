//go:build !race

package policy_test

const codeStep = 1
