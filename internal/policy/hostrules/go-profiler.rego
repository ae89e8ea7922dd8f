# METADATA
# title: Profiler of a Go program
# description: >-
#   Anyone can read the command line and dumps of the memory, and make the program slow by profiling it.
# related_resources:
#   - ref: https://pkg.go.dev/net/http/pprof
# custom:
#   severity: high
#   fix: Serve net/http/pprof on a port of this host alone.
#   evidence: [go-pprof]
package dynamicscan.hostrules.go_profiler

found contains "showed the profiler of a Go program" if input.evidence["go-pprof"].recognised
