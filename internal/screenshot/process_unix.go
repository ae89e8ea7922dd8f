//go:build linux || darwin || freebsd || netbsd || openbsd

package screenshot

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// profilePrefix begins the name of every profile folder, and profileMarker is
// a file in it: what has the name alone may belong to somebody else.
const (
	profilePrefix = "dynamicscan-browser-"
	profileMarker = ".dynamicscan-profile"
)

// browserMemory bounds the data of each process of the browser.
const browserMemory = 1536 << 20 // bytes

// process is a running browser with its profile folder. The folder is locked
// for as long as this program lives, so that others know it is in use.
type process struct {
	*conn
	command *exec.Cmd
	stderr  *tail
	pipes   [2]*os.File // ours: to the browser, from the browser
	profile *os.File
	ended   chan struct{} // closed when the browser's first process was waited for
}

// start runs the browser at path with a fresh profile below parent.
func start(path, parent string, width, height int, sandbox bool) (*process, error) {
	sweep(parent)
	profile, err := newProfile(parent)
	if err != nil {
		return nil, fmt.Errorf("make a browser profile: %w", err)
	}
	p := &process{stderr: &tail{}, profile: profile, ended: make(chan struct{})}
	if err := p.run(path, width, height, sandbox); err != nil {
		return nil, errors.Join(fmt.Errorf("start %s: %w", path, err), p.removeProfile())
	}
	return p, nil
}

func (p *process) run(path string, width, height int, sandbox bool) error {
	theirIn, ourOut, err := os.Pipe()
	if err != nil {
		return err
	}
	defer theirIn.Close()
	ourIn, theirOut, err := os.Pipe()
	if err != nil {
		ourOut.Close()
		return err
	}
	defer theirOut.Close()
	p.pipes = [2]*os.File{ourOut, ourIn}

	dir := p.profile.Name()
	p.command = exec.Command(path, arguments(dir, width, height, sandbox)...)
	p.command.Dir = dir
	p.command.Env = environment(dir)
	p.command.Stderr = p.stderr
	p.command.ExtraFiles = []*os.File{theirIn, theirOut} // descriptors 3 and 4, as the switch wants them
	// A group of its own: Ctrl-C in a terminal does not reach it before we
	// close it in order, and one signal ends every process of it.
	p.command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	p.command.WaitDelay = time.Second // grandchildren may hold stderr open
	if err := p.command.Start(); err != nil {
		ourOut.Close()
		ourIn.Close()
		return err
	}
	p.conn = newConn(ourOut, ourIn)
	go func() {
		_ = p.command.Wait() // the status tells less than stderr does
		_ = p.signal(syscall.SIGKILL)
		close(p.ended)
	}()
	return nil
}

// limit bounds the memory of the browser's processes. It is called when the
// browser has answered: the process that all pages descend from is there then,
// and may not be when the browser, often a script that starts it, was started.
func (p *process) limit() { limitGroup(p.command.Process.Pid, browserMemory) }

// kill ends every process of the browser and returns when nothing more can
// be heard of it.
func (p *process) kill() {
	select {
	case <-p.ended: // the number may belong to another group by now
	default:
		_ = p.signal(syscall.SIGKILL)
	}
	p.pipes[1].Close()
	<-p.gone
}

// signal sends a signal to every process of the browser.
func (p *process) signal(s syscall.Signal) error {
	return syscall.Kill(-p.command.Process.Pid, s)
}

// stop ends every process of the browser and removes its profile. It returns
// within about two seconds.
func (p *process) stop() error {
	p.kill()
	p.pipes[0].Close()
	<-p.ended
	// The others are reaped by init, which may take a moment. Until then they
	// may still write to the profile.
	for range 50 {
		if p.signal(0) != nil {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return p.removeProfile()
}

func (p *process) removeProfile() error {
	err := os.RemoveAll(p.profile.Name())
	p.profile.Close() // last: it holds the lock
	if err != nil {
		return fmt.Errorf("remove the browser profile: %w", err)
	}
	return nil
}

// newProfile makes a folder that only this user can read, locks and marks it.
func newProfile(parent string) (*os.File, error) {
	for range 10 {
		name, err := os.MkdirTemp(parent, profilePrefix)
		if err != nil {
			return nil, err
		}
		// Another run may have swept the folder before it was locked.
		f, ok := lock(name)
		if !ok {
			continue
		}
		if err := os.WriteFile(filepath.Join(name, profileMarker), nil, 0o600); err != nil {
			os.Remove(name)
			f.Close()
			return nil, err
		}
		return f, nil
	}
	return nil, errors.New("every new folder was removed at once")
}

// lock opens and locks the folder. It fails when another holds the lock or
// the name no longer means that folder.
func lock(name string) (*os.File, bool) {
	f, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_DIRECTORY, 0)
	if err != nil {
		return nil, false
	}
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		opened, errOpened := f.Stat()
		named, errNamed := os.Lstat(name)
		if errOpened == nil && errNamed == nil && os.SameFile(opened, named) {
			return f, true
		}
	}
	f.Close()
	return nil, false
}

// sweep removes the profiles that killed runs of this user left in parent.
// What cannot be removed stays: it harms nobody, and the next run tries again.
func sweep(parent string) {
	entries, _ := os.ReadDir(parent)
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !strings.HasPrefix(entry.Name(), profilePrefix) || !info.IsDir() || !ours(info) {
			continue
		}
		name := filepath.Join(parent, entry.Name())
		if f, ok := lock(name); ok {
			if marked(name) {
				os.RemoveAll(name)
			} else {
				os.Remove(name) // one that was killed before it marked its folder leaves it empty
			}
			f.Close()
		}
	}
}

// marked reports whether the folder holds our marker.
func marked(name string) bool {
	info, err := os.Lstat(filepath.Join(name, profileMarker))
	return err == nil && info.Mode().IsRegular() && ours(info)
}

// ours reports whether the file belongs to this user; a shared folder for
// temporary files has names that others made.
func ours(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Geteuid()
}

// makeNice lets everything else go before a process, as far as the system can.
func makeNice(pid int) { _ = syscall.Setpriority(syscall.PRIO_PROCESS, pid, 5) }
