package gallery_test

import (
	"compress/flate"
	"compress/gzip"
	"io"
	"net"
	"strings"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

const (
	plainHead   = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
	chunkedHead = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
)

func coded(coding, body string) server {
	return ok("Content-Type: text/html\r\nContent-Encoding: "+coding+"\r\n", body)
}

// bodies are servers whose body never ends, ends too early, or is not what it
// is said to be.
func bodies() []piece {
	zip := func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) }
	raw1 := func(w io.Writer) io.WriteCloser { z, _ := flate.NewWriter(w, 9); return z } // 9 is a level
	zeros := strings.Repeat("\x00", 1<<20)
	bomb := compressed(zip, zeros, 100)
	return []piece{
		{name: "endless-body", does: "a body without end", serve: raw(forever(plainHead, "<p>hello ", 0)), want: answered("200", "1048576 bytes")},
		{name: "endless-chunks", does: "chunks without end", serve: raw(forever(chunkedHead, "5\r\nhello\r\n", 0)), want: answered("200", "1048576 bytes")},
		{name: "drip-body", does: "a body, a byte every 100 ms", serve: raw(forever(plainHead, "a", 100*time.Millisecond)), want: answered("200")},
		{name: "too-long", does: "announces 1000 bytes, sends 5", serve: says("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhello"), want: answered("200", "5 bytes")},
		{name: "too-short", does: "announces 2 bytes, sends 5", serve: says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello"), want: answered("200", "2 bytes")},
		{name: "length-garbage", does: "a length of -7 and of 9999999999999999999999", want: answered("200", "5 bytes"),
			serve: says("HTTP/1.1 200 OK\r\nContent-Length: -7\r\nContent-Length: 9999999999999999999999\r\n\r\nhello")},
		{name: "length-max", does: "announces four exabytes", serve: says("HTTP/1.1 200 OK\r\nContent-Length: 4611686018427387903\r\n\r\nhello"), want: answered("200", "5 bytes")},
		{name: "length-and-chunks", does: "a length and chunks", serve: says("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), want: answered("200", "5 bytes")},
		{name: "bad-chunk", does: "a chunk of size zz", serve: says(chunkedHead + "5\r\nhello\r\nzz\r\n"), want: answered("200", "5 bytes")},
		{name: "huge-chunk", does: "a chunk of 2^63 bytes", serve: says(chunkedHead + "7fffffffffffffff\r\nhello"), want: answered("200", "5 bytes")},
		{name: "chunk-extension", does: "a chunk extension without end", serve: raw(forever(chunkedHead+"5;", "x", 0)), want: answered("200")},
		{name: "gzip-bomb", does: "100 MB of zeros in 100 KB of gzip", serve: coded("gzip", bomb), want: answered("200", "1048576 bytes")},
		{name: "gzip-of-nothing", does: "empty gzip members without end", want: answered("200"),
			serve: raw(forever("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", compressed(zip, "", 1), 0))},
		{name: "gzip-cut", does: "gzip that breaks off", serve: coded("gzip", compressed(zip, "hello world ", 1000)[:40]), want: answered("200")},
		{name: "gzip-not", does: "plain text that is said to be gzip", serve: coded("gzip", "hello"), want: answered("200", "5 bytes", "hello")},
		{name: "gzip-twice", does: "a gzip bomb in gzip", serve: coded("gzip, gzip", compressed(zip, bomb, 1)), want: answered("200", "could not be searched")},
		{name: "deflate-bomb", does: "100 MB of zeros in raw deflate", serve: coded("deflate", compressed(raw1, zeros, 100)), want: answered("200", "1048576 bytes")},
		{name: "brotli-bomb", does: "brotli, which was not asked for", want: answered("200", "could not be searched"),
			serve: coded("br", "\xcf\xff\xff\x7f\xf8\x1f\x00\xe2\xb1\x00\x20"+strings.Repeat("\xff", 4096))},
		{name: "zstd", does: "zstd, which was not asked for", serve: coded("zstd", "\x28\xb5\x2f\xfd\x04\x00"+strings.Repeat("\x41", 4096)), want: answered("200", "could not be searched")},
		{name: "nul", does: "NUL bytes in header and body", serve: ok("X-A: a\x00b\r\nContent-Type: text/html\r\n", "<title>a\x00b</title>hello\x00\x00"), want: answered("200", "title \"a\uFFFDb", "picture")},
		{name: "invalid-utf8", does: "bytes that are no UTF-8", serve: html("<title>a\xff\xfe\xc3\x28\xed\xa0\x80</title>hello \xf8\x88"), want: answered("200", "title \"a\uFFFD")},
		{name: "wrong-charset", does: "ASCII that is said to be UTF-16", serve: ok("Content-Type: text/html; charset=utf-16le\r\n", "<title>hi</title>hello!"), want: answered("200", "bytes")},
		{name: "no-charset", does: "a charset that does not exist", serve: ok("Content-Type: text/html; charset=\"\x1b[2J\"; charset=x\r\n", "<title>hi</title>hello"), want: answered("200", "title \"hi\"")},
		{name: "utf-7", does: "a script in UTF-7", serve: ok("Content-Type: text/html; charset=utf-7\r\n", "<title>hi</title>+ADw-script+AD4-alert(1)+ADw-/script+AD4-"), want: answered("200", "title \"hi\"")},
		{name: "half-closed-body", does: "half of its body, then its sending side closes", want: answered("200", "5 bytes"),
			serve: raw(func(conn net.Conn) {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
				halfClosed(conn)
			})},
		{name: "reset-in-body", does: "resets in the middle of the body", want: answered("200", "5 bytes"),
			serve: raw(func(conn net.Conn) {
				io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello")
				time.Sleep(100 * time.Millisecond)
				probetest.Reset(conn)
			})},
		{name: "open-title", does: "a title of 1 MB that is never closed", serve: html("<title>" + repeat("a", 1<<20-200)), want: answered("200", "1048383 bytes")},
		{name: "tags", does: "a megabyte of opening brackets", serve: html(repeat("<", 1<<20-200)), want: answered("200", "bytes")},
		{name: "attributes", does: "one tag with a hundred thousand attributes", serve: html("<p " + repeat("a=b ", 400_000) + ">hello"), want: answered("200", "bytes")},
		{name: "nested-json", does: "JSON, half a million deep", serve: ok("Content-Type: application/json\r\n", repeat("[", 500_000)), want: answered("200", "bytes")},
		{name: "laughs", does: "a billion laughs in XML", serve: ok("Content-Type: application/xml\r\n", laughs()), want: answered("200", "bytes")},
		{name: "beginnings", does: "a megabyte of the words that stand before secrets", serve: html(repeat(beginnings, 1<<20)), want: answered("200", "1048176 bytes", "body \"api")},
		{name: "one-word", does: "a megabyte of such words in one word", serve: html(repeat(strings.NewReplacer(" ", "", "=", "", ":", "").Replace(beginnings), 1<<20)), want: answered("200", "bytes", "body \"api")},
	}
}

// beginnings are words near which rules look for secrets.
const beginnings = "api_key=adobe algolia secret_key: aws akia asana atlassian password= beamer bitbucket token: codecov coinbase confluent " +
	"contentful databricks datadog discord doppler droneci dropbox etsy facebook fastly finicity finnhub flickr gitlab heroku hubspot intercom " +
	"jfrog kraken kucoin launchdarkly linear linkedin lob mailchimp mailgun mapbox mattermost messagebird netlify nytimes okta plaid secret= " +
	"rapidapi sendbird sentry snyk square squarespace sumo telegr travis trello twitch twitter typeform yandex zendesk authorization "

func laughs() string {
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\"?><!DOCTYPE l [<!ENTITY l0 \"lol\">")
	for i := range 9 {
		b.WriteString("<!ENTITY l" + string(rune('1'+i)) + " \"" + strings.Repeat("&l"+string(rune('0'+i))+";", 10) + "\">")
	}
	return b.String() + "]><l>&l9;</l>"
}
