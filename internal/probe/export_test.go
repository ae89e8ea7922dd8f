package probe

import "syscall"

// Control is what a Dialer runs between the creation of a socket and its
// connect.
func (g *Guard) Control(network, address string, c syscall.RawConn) error {
	return g.control(network, address, c)
}

// Remembered returns the number of ports a Throttle of NewThrottle remembers.
func Remembered(t Throttle) int {
	all := t.(*turns)
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.next)
}
