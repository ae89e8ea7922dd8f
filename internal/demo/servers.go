package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// The addresses of the estate. Linux answers on all of 127.0.0.0/8; elsewhere
// they need an alias of the loopback interface.
const (
	adminHost  = "127.77.0.10" // aws_instance.admin, port 8080
	wikiHost   = "127.77.0.11" // aws_instance.wiki, port 8080
	portalHost = "127.77.0.12" // aws_instance.portal, port 8080
	ordersHost = "127.77.0.13" // aws_db_instance.orders, port 5432
	batchHost  = "127.77.0.14" // aws_instance.batch, port 22, where nothing listens
	assetsHost = "127.77.0.15" // aws_s3_bucket.assets, port 8080
)

// declaredEndpoints are given by reference beside the state, because a real
// bucket answers on ports that only root may open.
const declaredEndpoints = `{"aws_s3_bucket.assets" = {host = "` + assetsHost + `", ports = ["8080"], directly_exposed_bucket = true}}`

// estate is the running servers.
type estate struct {
	mended   atomic.Bool
	servers  []*http.Server
	database net.Listener
}

func startEstate() (*estate, error) {
	e := &estate{}
	pages := map[string]http.HandlerFunc{adminHost: e.admin, wikiHost: askPassword, portalHost: signOn, assetsHost: e.assets}
	for host, page := range pages {
		if err := e.serve(host, page); err != nil {
			e.stop()
			return nil, err
		}
	}
	database, err := listen(ordersHost + ":5432")
	if err != nil {
		e.stop()
		return nil, err
	}
	e.database = database
	go acceptAndHold(database)
	return e, nil
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s (outside Linux the loopback interface needs an alias for it): %w", address, err)
	}
	return l, nil
}

func (e *estate) serve(host string, page http.HandlerFunc) error {
	l, err := listen(host + ":8080")
	if err != nil {
		return err
	}
	s := &http.Server{Handler: page, ReadHeaderTimeout: 5 * time.Second}
	e.servers = append(e.servers, s)
	go func() {
		if err := s.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			fmt.Printf("demo: server on %s: %s\n", host, err)
		}
	}()
	return nil
}

// acceptAndHold keeps connections open and says nothing, as a database does
// that waits for its client to begin.
func acceptAndHold(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		time.AfterFunc(10*time.Second, func() { _ = conn.Close() })
	}
}

func (e *estate) mend() { e.mended.Store(true) }

func (e *estate) stop() {
	for _, s := range e.servers {
		_ = s.Close()
	}
	if e.database != nil {
		_ = e.database.Close()
	}
}

// admin is open to all until it is mended.
func (e *estate) admin(w http.ResponseWriter, r *http.Request) {
	if e.mended.Load() {
		askPassword(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, adminPage)
}

func askPassword(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("WWW-Authenticate", `Basic realm="Acme staff"`)
	http.Error(w, "Sign in to go on.", http.StatusUnauthorized)
}

func signOn(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "https://login.microsoftonline.com/common/oauth2/v2.0/authorize?client_id=portal&response_type=code", http.StatusFound)
}

// assets lists its objects until it is mended.
func (e *estate) assets(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("Server", "AmazonS3")
	if e.mended.Load() {
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<?xml version="1.0"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>`)
		return
	}
	fmt.Fprint(w, `<?xml version="1.0"?><ListBucketResult><Name>acme-assets</Name><Contents><Key>invoices/2026-10.csv</Key></Contents></ListBucketResult>`)
}

const adminPage = `<!doctype html>
<html lang="en"><head><title>Acme admin</title><style>
body { font: 16px/1.5 sans-serif; margin: 0; background: #f4f6f8; color: #1d2a35 }
header { background: #16324f; color: white; padding: 20px 40px; font-size: 22px }
main { margin: 40px; display: grid; grid-template-columns: repeat(3, 1fr); gap: 24px }
section { background: white; border-radius: 8px; padding: 24px; box-shadow: 0 1px 3px #0002 }
section.wide { grid-column: 1 / 4 } table { width: 100%; border-collapse: collapse }
th, td { text-align: left; padding: 10px 8px; border-bottom: 1px solid #e3e8ec } th { color: #5b6b79 }
b { display: block; font-size: 34px } button { margin-top: 12px; padding: 8px 16px }
</style></head><body><header>Acme admin</header><main>
<section><b>1,204</b>customers<br><button>Export all</button></section>
<section><b>87</b>open orders<br><button>Edit prices</button></section>
<section><b>3</b>administrators<br><button>Add administrator</button></section>
<section class="wide"><table>
<tr><th>Order</th><th>Customer</th><th>Placed</th><th>Amount</th><th>State</th></tr>
<tr><td>2026-1187</td><td>Northwind Foods</td><td>today, 09:14</td><td>1,840.00</td><td>to be packed</td></tr>
<tr><td>2026-1186</td><td>Tailspin Bicycles</td><td>today, 08:52</td><td>312.50</td><td>to be packed</td></tr>
<tr><td>2026-1185</td><td>Contoso Garden</td><td>yesterday, 17:40</td><td>77.90</td><td>sent</td></tr>
<tr><td>2026-1184</td><td>Fabrikam Lighting</td><td>yesterday, 16:03</td><td>4,205.00</td><td>to be paid</td></tr>
</table><button>Refund</button></section>
</main></body></html>
`
