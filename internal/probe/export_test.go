package probe

import (
	"bufio"
	"bytes"
	"net/netip"
	"syscall"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

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

// ReadAnswer reads an answer as Port does, and returns what is kept of it; nil
// when raw is no HTTP answer.
func (p *Prober) ReadAnswer(raw []byte) (*exposure.Response, *exposure.HTTPObservation) {
	answer, err := p.readAnswer(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, nil
	}
	answer.Text = decodeText(answer)
	return answer, observe(answer)
}

// URLOf returns the URL under which Port asks for a page.
func URLOf(host string, addr netip.AddrPort, path string, secure bool) string {
	s, _ := newSite(host, addr, path)
	return s.url(secure)
}
