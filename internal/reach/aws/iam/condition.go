package iam

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/reach"
)

// presence says what a request from the internet has under a condition key.
type presence int

const (
	unmodelled presence = iota
	absent              // never there
	credential          // there for those with credentials, whose policies name it
	chosen              // whatever the client likes to send
	given               // one value, known here
)

// keys lists the condition keys whose presence is known. Keys that end in "/"
// or ":" stand for all that begin so.
var keys = map[string]presence{
	"aws:sourcevpc": absent, "aws:sourcevpce": absent, "aws:vpcsourceip": absent, "aws:sourcevpcarn": absent,
	"aws:vpceaccount": absent, "aws:vpceorgid": absent, "aws:vpceorgpaths": absent,
	"aws:sourcearn": absent, "aws:sourceaccount": absent, "aws:sourceowner": absent,
	"aws:sourceorgid": absent, "aws:sourceorgpaths": absent,
	"s3:dataaccesspointarn": absent, "s3:dataaccesspointaccount": absent, "s3:accesspointnetworkorigin": absent,
	"s3:x-amz-server-side-encryption-aws-kms-key-id": absent,

	"aws:principalarn": credential, "aws:principalaccount": credential, "aws:principalorgid": credential,
	"aws:principalorgpaths": credential, "aws:principaltag/": credential, "aws:principalisawsservice": credential,
	"aws:principalservicename": credential, "aws:principalservicenameslist": credential, "aws:username": credential,
	"aws:federatedprovider": credential, "aws:tokenissuetime": credential, "aws:multifactorauthpresent": credential,
	"aws:multifactorauthage": credential, "aws:userid": credential, "saml:": credential,
	"cognito-identity.amazonaws.com:": credential,

	"aws:referer": chosen, "aws:useragent": chosen, "s3:prefix": chosen, "s3:delimiter": chosen,
	"s3:max-keys": chosen, "s3:x-amz-acl": chosen, "s3:x-amz-server-side-encryption": chosen,
	"s3:x-amz-storage-class": chosen, "s3:x-amz-content-sha256": chosen, "s3:tlsversion": chosen,
	"s3:versionid": chosen,

	"aws:securetransport": given, "aws:viaawsservice": given,
}

func presenceOf(key string) presence {
	if p, ok := keys[key]; ok {
		return p
	}
	for prefix, p := range keys {
		if last := prefix[len(prefix)-1]; (last == '/' || last == ':') && strings.HasPrefix(key, prefix) {
			return p
		}
	}
	return unmodelled
}

// operator is a condition operator taken apart.
type operator struct {
	name     string // lower case, without quantifier, Not and IfExists
	negative bool
	ifExists bool
	forAll   bool
	forAny   bool
}

func operatorOf(text string) operator {
	o := operator{name: strings.ToLower(text)}
	o.name, o.forAll = cutPrefix(o.name, "forallvalues:")
	o.name, o.forAny = cutPrefix(o.name, "foranyvalue:")
	if rest, ok := strings.CutSuffix(o.name, "ifexists"); ok {
		o.name, o.ifExists = rest, true
	}
	if i := strings.Index(o.name, "not"); i >= 0 {
		o.name, o.negative = o.name[:i]+o.name[i+len("not"):], true
	}
	return o
}

func cutPrefix(s, prefix string) (string, bool) {
	rest, ok := strings.CutPrefix(s, prefix)
	return rest, ok
}

var (
	nowhere  = match{}
	anywhere = match{sure: everywhere, possible: everywhere}
)

func unclear(doubt reach.Doubt, reason string) match {
	return match{possible: Everywhere(), doubt: doubt, unclear: []string{reason}}
}

func always(holds bool) match {
	if holds {
		return anywhere
	}
	return nowhere
}

// match says for which sources the condition holds. allow tells whether it
// belongs to an allow statement: a client sends what suits it, so that a
// condition on what it sends grants and never denies.
func (c Condition) match(q Query, allow bool) match {
	key, o := strings.ToLower(c.Key), operatorOf(c.Operator)
	if key == "aws:sourceip" && o.name == "ipaddress" {
		return c.addresses(o)
	}
	value, carried := q.Carries[key]
	p := presenceOf(key)
	switch {
	case carried:
	case key == "aws:userid" && q.Who == Anonymous:
		value, p = "anonymous", given // the documented value for callers without credentials
	case key == "aws:securetransport":
		value = fmt.Sprint(q.Secure)
	case key == "aws:viaawsservice":
		value = "false"
	}
	switch {
	case carried || p == given:
		return c.compare(o, value)
	case p == absent, p == credential && q.Who == Anonymous:
		return c.missing(o)
	case p == credential:
		return always(allow)
	case p == chosen:
		m := always(allow)
		if allow && (key == "aws:referer" || key == "aws:useragent") {
			m.notes = []string{"spoofable condition " + c.Key}
		}
		return m
	case key == "":
		return unclear(reach.Pending, "its conditions are known only after apply")
	}
	return unclear(reach.Unread, fmt.Sprintf("there is no model of condition %q", c.Key))
}

// missing judges a key that the request does not have: negative operators
// hold, and so do those that only ask IfExists or for all values of none.
func (c Condition) missing(o operator) match {
	switch {
	case o.name == "null":
		if c.Unknown > 0 || len(c.Values) == 0 {
			return unclear(reach.Pending, fmt.Sprintf("condition %q is known only after apply", c.Key))
		}
		return always(slices.Contains(c.Values, "true"))
	case o.ifExists, o.forAll:
		return anywhere
	case o.forAny:
		return nowhere
	case o.negative:
		return anywhere
	case slices.ContainsFunc(c.Values, func(v string) bool { return strings.Trim(v, "*") == "" }):
		// Any value will do: somebody with some credentials, who is no longer anonymous.
		return unclear(reach.Unread, fmt.Sprintf("condition %q admits any value", c.Key))
	}
	return nowhere
}

// compare judges a key whose value is known.
func (c Condition) compare(o operator, value string) match {
	if o.name == "null" {
		return always(slices.Contains(c.Values, "false"))
	}
	if !slices.Contains([]string{"bool", "stringequals", "stringequalsignorecase", "stringlike", "arnequals", "arnlike"}, o.name) {
		return unclear(reach.Unread, fmt.Sprintf("there is no model of operator %q", c.Operator))
	}
	found := slices.ContainsFunc(c.Values, func(v string) bool {
		if o.name == "stringequals" {
			return v == value
		}
		return covers(strings.ToLower(v), strings.ToLower(value))
	})
	if !found && c.Unknown > 0 {
		return unclear(reach.Pending, fmt.Sprintf("condition %q is known only after apply", c.Key))
	}
	return always(found != o.negative)
}

// addresses judges aws:SourceIp, which every request from the internet has.
func (c Condition) addresses(o operator) match {
	var listed reach.Set
	m := match{}
	for _, v := range c.Values {
		prefix, ok := prefixOf(v)
		if !ok {
			m.doubt, m.unclear = reach.Unread, []string{fmt.Sprintf("%q is no address range", v)}
			continue
		}
		listed = listed.Union(reach.SetOf(prefix))
	}
	if c.Unknown > 0 {
		m.doubt, m.unclear = reach.Pending, append(m.unclear, fmt.Sprintf("condition %q is known only after apply", c.Key))
	}
	m.sure = listed.Intersect(Everywhere())
	m.possible = m.sure
	if m.doubt != reach.Sure {
		m.possible = Everywhere()
	}
	if o.negative {
		// What may be listed may be left out.
		m.sure, m.possible = Everywhere().Minus(m.possible), Everywhere().Minus(m.sure)
	}
	return m
}

func prefixOf(text string) (netip.Prefix, bool) {
	text = strings.TrimSpace(text)
	if p, err := netip.ParsePrefix(text); err == nil {
		return p.Masked(), true
	}
	if a, err := netip.ParseAddr(text); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	return netip.Prefix{}, false
}
