package gallery_test

import (
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// script is a page that runs a script.
func script(code string) server {
	return html("<!doctype html><title>t</title><p>hello</p><script>" + code + "</script>")
}

// pages are what a browser is led to. Nothing of them may reach trap, which is
// "127.0.0.1:port" of a server that nobody has a reason to ask.
func pages(trap string) []piece {
	picture := func(says ...string) want { return answered("200", append([]string{"picture"}, says...)...) }
	elsewhere := fmt.Sprintf(`<img src="http://%[1]s/a"><script src="http://%[1]s/b"></script><link rel=stylesheet href="http://%[1]s/c">`+
		`<iframe src="http://%[1]s/d"></iframe><link rel=preconnect href="http://%[1]s"><link rel=dns-prefetch href="//elsewhere.test">`+
		`<video src="http://%[1]s/e" autoplay></video><object data="http://%[1]s/f"></object>hello`, trap)
	return []piece{
		{name: "js-loop", does: "a script without end", serve: script("for(;;){}"), want: answered("200", "no picture: the page did not answer within")},
		{name: "alert-storm", does: "alert, confirm and prompt without end", serve: script("setInterval(()=>{alert(1);confirm(2);prompt(3)},1)"), want: answered("200")},
		{name: "alert-loop", does: "alert in a loop", serve: script("for(;;)alert(1)"), want: answered("200", "no picture")},
		{name: "popup-storm", does: "window.open without end", serve: script("setInterval(()=>window.open('http://" + trap + "/x'+Math.random()),1)"), want: answered("200")},
		{name: "refresh-file", does: "meta refresh to file:", serve: html("<title>t</title><meta http-equiv=refresh content='0;url=file:///etc/passwd'>hello"), want: picture("text \"hello")},
		{name: "location-file", does: "location = file:", serve: script("location='file:///etc/passwd'"), want: picture("text \"hello")},
		{name: "location-elsewhere", does: "location = another server", serve: script("location='http://" + trap + "/'"), want: picture("text \"hello")},
		{name: "location-chrome", does: "location = chrome://crash and its like", serve: script("location='chrome://crash';location='view-source:file:///etc/passwd';location='javascript:alert(1)'"), want: answered("200")},
		{name: "frames-file", does: "frames, images and styles of file:", want: picture("text \"hello"),
			serve: html("<title>t</title>hello<iframe src=file:///etc/passwd></iframe><img src=file:///etc/passwd><link rel=stylesheet href=file:///etc/passwd>")},
		{name: "elsewhere", does: "everything of another server", serve: html("<title>t</title>" + elsewhere), want: picture("text \"hello")},
		{name: "requests", does: "fetch, beacon, WebSocket, EventSource elsewhere", want: picture("text \"hello"),
			serve: script(fmt.Sprintf(`const h='%s';fetch('http://'+h);navigator.sendBeacon('http://'+h,'x');new WebSocket('ws://'+h);new EventSource('http://'+h);new XMLHttpRequest().open('POST','http://'+h)`, trap))},
		{name: "webrtc", does: "WebRTC to a private address and to loopback", want: picture("text \"hello"),
			serve: script(fmt.Sprintf(`const c=new RTCPeerConnection({iceServers:[{urls:'stun:%s'},{urls:'stun:10.0.0.1:3478'}]});c.createDataChannel('x');c.createOffer().then(o=>c.setLocalDescription(o))`, trap))},
		{name: "webgl", does: "WebGL shaders and a canvas of 16384 x 16384", want: answered("200"),
			serve: script("const c=document.createElement('canvas');c.width=c.height=16384;document.body.append(c);const g=c.getContext('webgl');if(g){const f=g.createShader(g.FRAGMENT_SHADER);g.shaderSource(f,'void main(){for(int i=0;i<1000000000;i++){}}');g.compileShader(f)}")},
		{name: "million-nodes", does: "a million elements", serve: script("const f=document.createDocumentFragment();for(let i=0;i<1e6;i++)f.append(document.createElement('b'));document.body.append(f)"), want: answered("200")},
		{name: "deep", does: "elements, a hundred thousand deep", serve: html("<title>t</title>hello" + strings.Repeat("<b>", 100_000)), want: answered("200")},
		{name: "memory", does: "a script that takes memory without end", serve: script("const a=[];setInterval(()=>{for(let i=0;i<20;i++)a.push(new Float64Array(1e6).fill(1))},1)"), want: answered("200")},
		{name: "write-storm", does: "document.write without end", serve: script("setInterval(()=>document.write('hello '.repeat(1000)),1)"), want: answered("200")},
		{name: "reload-storm", does: "location.reload without end", serve: script("setInterval(()=>location.reload(),10)"), want: answered("200")},
		{name: "history-storm", does: "history.pushState without end", serve: script("let i=0;setInterval(()=>history.pushState(0,'','/'+i++),1)"), want: answered("200")},
		{name: "requests-storm", does: "a request to itself every millisecond", serve: script("let i=0;setInterval(()=>fetch('/'+i++),1)"), want: answered("200")},
		{name: "workers", does: "workers and a service worker", want: picture("text \"hello"),
			serve: script(fmt.Sprintf(`navigator.serviceWorker&&navigator.serviceWorker.register('/sw.js').catch(()=>0);try{new Worker(URL.createObjectURL(new Blob(["fetch('http://%s')"])))}catch(e){}`, trap))},
		{name: "form", does: "a form that posts itself", want: picture("text \"hello"),
			serve: html("<title>t</title>hello<form method=post action=/x><input name=a value=b></form><script>document.forms[0].submit()</script>")},
		{name: "download", does: "downloads by script", want: picture("text \"hello"),
			serve: script("for(let i=0;i<20;i++){const a=document.createElement('a');a.href='data:application/octet-stream,x';a.download='x'+i;a.click()}")},
		{name: "permissions", does: "asks for place, camera, notices, and prints", want: picture("text \"hello"),
			serve: script("navigator.geolocation.getCurrentPosition(()=>0);navigator.mediaDevices&&navigator.mediaDevices.getUserMedia({video:true}).catch(()=>0);Notification.requestPermission();print()")},
		{name: "frames-of-itself", does: "frames of itself, without end", serve: html("<title>t</title>hello<iframe src=/?1></iframe><iframe src=/?2></iframe>"), want: answered("200")},
		{name: "slow-parts", does: "parts of the page that never come", serve: stalling(), want: picture("text \"hello")},
		{name: "subresource-login", does: "parts of the page ask for a login", serve: login(), want: picture("text \"hello")},
		{name: "unload", does: "will not be left, and closes itself", serve: script("onbeforeunload=()=>'no';window.close()"), want: answered("200")},
		{name: "attachment", does: "a download instead of a page", want: answered("200", "no picture: the answer is a download"),
			serve: ok("Content-Disposition: attachment; filename=\"\x1b[2J../../x\"\r\nContent-Type: text/html\r\n", "hello")},
		{name: "pdf", does: "says it is a PDF", serve: ok("Content-Type: application/pdf\r\n", "%PDF-1.4"), want: answered("200", "no picture: the answer is no page")},
	}
}

// stalling serves a page whose parts never come.
func stalling() server {
	return web(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			select {
			case <-r.Context().Done():
			case <-time.After(30 * time.Second):
			}
			return
		}
		fmt.Fprint(w, "<title>t</title><p>hello</p><img src=/a.png><img src=/b.png>")
	})
}

// login serves a page whose parts want a password.
func login() server {
	return web(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			w.Header().Set("WWW-Authenticate", `Basic realm="x"`)
			http.Error(w, "no", http.StatusUnauthorized)
			return
		}
		fmt.Fprint(w, "<title>t</title><p>hello</p><img src=/a.png><iframe src=/b></iframe>")
	})
}

// newTrap is a server that nobody has a reason to ask.
func newTrap(t *testing.T) (*probetest.Listener, netip.AddrPort) {
	trap := probetest.HTTP(t, http.NotFoundHandler())
	return trap, trap.Addr
}
