package services

import (
	"mime"
	"regexp"
	"strings"

	"golang.org/x/net/html"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// pageWithin is how far into a page its facts are looked for, in bytes.
const pageWithin = 256 << 10

// readPage tells what the page is that a port answered with.
//
//	directory_listing  a list of files that the server made
//	default_page       the product whose page for a new server it is, such as "nginx"
//	installer          the product that waits to be set up
//	debug              the framework whose page for developers it is
//	phpinfo            the page of PHP about itself
//	database_admin     the product, where it is in use without a login
//	password_form      a form asks for a password
//
// Facts that are false or empty are there too, so that a rule knows that they
// were looked for.
func readPage(r exposure.Response) map[string]any {
	if kind, _, err := mime.ParseMediaType(header(r, "Content-Type")); err == nil && !strings.Contains(kind, "html") {
		return nil
	}
	text := r.Text[:min(len(r.Text), pageWithin)]
	p := parsePage(text)
	page := func(marks []mark) string { return named(marks, p.title, text, r) }
	return map[string]any{
		"directory_listing": succeeded(r) && isListing(p.title, text),
		"default_page":      page(defaultPages),
		"installer":         page(installers),
		"debug":             page(debugPages),
		"phpinfo":           succeeded(r) && strings.Contains(text, "PHP Version") && strings.Contains(text, "PHP License"),
		"database_admin":    databaseAdmin(r, text, p.password),
		"password_form":     p.password,
	}
}

// parsed is what the elements of a page tell.
type parsed struct {
	title    string
	password bool // an input asks for a password
}

func parsePage(text string) parsed {
	var p parsed
	z := html.NewTokenizer(strings.NewReader(text))
	for {
		switch kind := z.Next(); kind {
		case html.ErrorToken:
			return p
		case html.StartTagToken, html.SelfClosingTagToken:
			name, attributes := z.TagName()
			switch {
			case string(name) == "title" && p.title == "" && z.Next() == html.TextToken:
				p.title = exposure.CleanLine(exposure.Cut(string(z.Text()), maxFact))
			case string(name) == "input" && attributes:
				p.password = p.password || asksForPassword(z)
			}
		}
	}
}

func asksForPassword(z *html.Tokenizer) bool {
	for {
		key, value, more := z.TagAttr()
		if string(key) == "type" {
			return strings.EqualFold(strings.TrimSpace(string(value)), "password")
		}
		if !more {
			return false
		}
	}
}

var listingTitle = regexp.MustCompile(`^(?:Index of /|Directory listing for /|Directory Listing For |Directory: /)`)

// isListing knows the lists of nginx, Apache, lighttpd, Python, Tomcat and
// Jetty by their titles, and that of IIS by its link to the folder above.
func isListing(title, text string) bool {
	return listingTitle.MatchString(title) || strings.Contains(text, ">[To Parent Directory]</A>")
}

// mark is a page by which a product is known. Empty fields count for nothing;
// all others have to match.
type mark struct {
	product  string
	title    string // begins so
	text     string // holds it
	location string // where a redirect leads holds it
	header   string // has it
}

var defaultPages = []mark{
	{product: "nginx", title: "Welcome to nginx"},
	{product: "Apache", title: "Apache2 Debian Default Page"},
	{product: "Apache", title: "Apache2 Ubuntu Default Page"},
	{product: "Apache", title: "Test Page for the Apache HTTP Server"},
	{product: "Apache", title: "HTTP Server Test Page"},
	{product: "Apache", text: "<html><body><h1>It works!</h1></body></html>"},
	{product: "IIS", title: "IIS Windows"},
	{product: "IIS", title: "IIS7"},
	{product: "Tomcat", title: "Apache Tomcat", text: "successfully installed Tomcat"},
	{product: "OpenResty", title: "Welcome to OpenResty"},
	{product: "lighttpd", title: "Welcome page", text: "lighttpd"},
	{product: "Caddy", title: "Caddy works"},
}

var installers = []mark{
	{product: "WordPress", location: "/wp-admin/install.php"},
	{product: "WordPress", location: "/wp-admin/setup-config.php"},
	{product: "WordPress", title: "WordPress › Installation"},
	{product: "WordPress", title: "WordPress › Setup Configuration File"},
	{product: "Drupal", location: "/core/install.php"},
	{product: "Drupal", title: "Choose language | Drupal"},
	{product: "Joomla", title: "Joomla: ", text: "com_installation"},
	{product: "Joomla", location: "installation/index.php"},
	{product: "Gitea", title: "Installation - Gitea"},
	{product: "Forgejo", title: "Installation - Forgejo"},
	{product: "phpMyAdmin", title: "phpMyAdmin setup"},
	{product: "Jenkins", title: "SetupWizard [Jenkins]"},
}

var debugPages = []mark{
	{product: "Werkzeug", text: "Werkzeug powered traceback interpreter"},
	{product: "Django", text: "DEBUG = True</code> in your Django settings file"},
	{product: "Laravel", text: "window.ignite("},
	{product: "Laravel", text: "Whoops\\Run"},
	{product: "Symfony", text: `class="sf-toolbar`},
	{product: "Symfony", header: "X-Debug-Token-Link"},
	{product: "Rails", title: "Action Controller: Exception caught"},
	{product: "ASP.NET", text: "Version Information:&nbsp;Microsoft .NET Framework"},
}

// named returns the product of the first mark that matches, "" for none.
func named(marks []mark, title, text string, r exposure.Response) string {
	for _, m := range marks {
		if m.matches(title, text, r) {
			return m.product
		}
	}
	return ""
}

func (m mark) matches(title, text string, r exposure.Response) bool {
	return strings.HasPrefix(title, m.title) && strings.Contains(text, m.text) &&
		(m.location == "" || strings.Contains(header(r, "Location"), m.location)) &&
		(m.header == "" || header(r, m.header) != "")
}

// databaseAdmin names an interface to a database that is in use by anyone: its
// own page, and nothing that asks for a password.
func databaseAdmin(r exposure.Response, text string, password bool) string {
	switch {
	case !succeeded(r) || password:
		return ""
	case strings.Contains(text, `id="pma_navigation"`):
		return "phpMyAdmin"
	case strings.Contains(text, "adminer.org") && strings.Contains(text, `id="menu"`) && strings.Contains(text, "logout"):
		return "Adminer"
	}
	return ""
}
