package datascan

import (
	"regexp"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// bulk is how many different addresses or numbers of people make a leak. Below
// it they are a page's contacts.
const bulk = 10

func contactRules() []rule {
	return []rule{
		{
			name: "email-list", keywords: []string{"@"}, before: 64, after: 254, local: true, bulk: bulk, same: strings.ToLower,
			pattern: regexp.MustCompile(`(?i)[a-z0-9][a-z0-9._%+-]{0,63}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z]{2,24}\b`),
			accept:  func(c candidate) bool { return !noMailbox.MatchString(c.secret) },
			own: func(host, address string) bool {
				return sameSite(host, address[strings.LastIndexByte(address, '@')+1:])
			},
		},
		{
			name: "phone-list", keywords: []string{"+"}, before: 2, after: 32, local: true, bulk: bulk, same: digitsOf,
			pattern: regexp.MustCompile(`\+[1-9]\d{0,2}(?:[ .-]?\(\d{1,4}\))?(?:[ .-]?\d{2,5}){2,5}|\+[1-9]\d{7,14}`),
			accept: func(c candidate) bool {
				n := digitsOf(c.secret)
				return len(n) >= 8 && len(n) <= 15 && !isWord(byteAt(c.text, c.at.start-1)) && !isWord(byteAt(c.text, c.at.end)) && !sameOrSequence(n)
			},
		},
	}
}

// noMailbox are names that look like an address and are none, or are those of
// documentation (RFC 2606): files with a density, packages with a version.
var noMailbox = regexp.MustCompile(`(?i)\.(?:png|jpe?g|gif|svg|webp|js|css|map|html?)$|@(?:[a-z0-9-]+\.)*(?:example|test|invalid|localhost)(?:\.(?:com|org|net|edu))?$`)

// sameSite reports whether a domain is of the same registrable name as host.
func sameSite(host, domain string) bool {
	host, domain = strings.ToLower(strings.TrimSuffix(host, ".")), strings.ToLower(domain)
	site, err := publicsuffix.EffectiveTLDPlusOne(host)
	if err != nil {
		return host == domain
	}
	of, err := publicsuffix.EffectiveTLDPlusOne(domain)
	return err == nil && of == site
}
