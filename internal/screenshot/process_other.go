//go:build !(linux || darwin || freebsd || netbsd || openbsd)

package screenshot

import (
	"fmt"
	"runtime"
)

// process has no running instance on this operating system.
type process struct {
	*conn
	stderr *tail
}

func start(path, parent string, width, height int, sandbox bool) (*process, error) {
	return nil, fmt.Errorf("screenshots are not supported on %s yet", runtime.GOOS)
}

func (p *process) limit() {}

func (p *process) kill() {}

func (p *process) stop() error { return nil }

// makeNice has no meaning here.
func makeNice(pid int) {}
