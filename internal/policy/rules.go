package policy

import (
	"fmt"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// The rules of findings. Their ids are stable: waivers and dashboards name them.
//
//	rule                         breaks it
//	open-port                    a port completed a handshake and gave no HTTP answer
//	http-no-authentication       an HTTP answer of class 2xx that asks for nothing
//	http-unknown-authentication  401 without a method of the severity tables, or 2xx whose headers were cut
//	http-weak-authentication     2xx or 401 that enforces basic, digest, NTLM or Negotiate
//	http-sso                     2xx or 401 that enforces single sign-on
//	http-error-page              any other answer of class 4xx or 5xx
//	http-endpoint                any other HTTP answer: 1xx, 3xx
//	public-bucket                an HTTP answer of a bucket that is declared open to anyone
//	secret-exposed               a secret in an answer
//	sensitive-data-exposed       data about people in an answer
//	declared-exposure            every port is closed, and the policy minds (strict does)
//	not-scanned                  an endpoint or a port that could not be looked at
//	left-out                     an endpoint that is disabled, excluded, or of no port that is probed
//	not-verified                 an HTTP port that nobody looked at: a plan adds it, or the run is offline
const (
	RuleOpenPort              = "open-port"
	RuleNoAuthentication      = "http-no-authentication"
	RuleUnknownAuthentication = "http-unknown-authentication"
	RuleWeakAuthentication    = "http-weak-authentication"
	RuleSSO                   = "http-sso"
	RuleErrorPage             = "http-error-page"
	RuleHTTPEndpoint          = "http-endpoint"
	RulePublicBucket          = "public-bucket"
	RuleSecretExposed         = "secret-exposed"
	RuleSensitiveDataExposed  = "sensitive-data-exposed"
	RuleDeclaredExposure      = "declared-exposure"
	RuleNotScanned            = "not-scanned"
	RuleLeftOut               = "left-out"
	RuleNotVerified           = "not-verified"
)

// titles are the phrases that a finding begins with; a resource address
// follows. %s is filled in by titleOf.
var titles = map[string]string{
	RuleOpenPort:              "%s open to the internet",
	RuleNoAuthentication:      "HTTP endpoint without authentication open to the internet",
	RuleUnknownAuthentication: "HTTP endpoint with %s authentication open to the internet",
	RuleWeakAuthentication:    "HTTP endpoint with %s authentication open to the internet",
	RuleSSO:                   "HTTP endpoint with single sign-on open to the internet",
	RuleErrorPage:             "HTTP error page open to the internet",
	RuleHTTPEndpoint:          "HTTP endpoint open to the internet",
	RulePublicBucket:          "Bucket open to the internet",
	RuleSecretExposed:         "Secret in a public answer",
	RuleSensitiveDataExposed:  "Sensitive data in a public answer",
	RuleDeclaredExposure:      "Endpoint declared open to the internet",
	RuleNotScanned:            "Endpoint not verified",
	RuleLeftOut:               "Endpoint left out of the scan",
	RuleNotVerified:           "HTTP endpoint not verified yet",
}

// Rule is a check that findings name.
type Rule struct{ ID, Title string }

// Rules returns every rule with a title that holds for all its findings, in
// the order of the table above. A new slice each time.
func Rules() []Rule {
	ids := []string{
		RuleOpenPort, RuleNoAuthentication, RuleUnknownAuthentication, RuleWeakAuthentication, RuleSSO,
		RuleErrorPage, RuleHTTPEndpoint, RulePublicBucket, RuleSecretExposed, RuleSensitiveDataExposed, RuleDeclaredExposure,
		RuleNotScanned, RuleLeftOut, RuleNotVerified,
	}
	rules := make([]Rule, len(ids))
	for i, id := range ids {
		rules[i] = Rule{id, titleOf(id, generalNoun[id])}
	}
	return rules
}

// generalNoun fills the titles that name a protocol or a method.
var generalNoun = map[string]string{RuleOpenPort: "Port", RuleWeakAuthentication: "weak", RuleUnknownAuthentication: unknownMethod}

const unknownMethod = "unknown"

func titleOf(rule, noun string) string {
	if noun == "" {
		return titles[rule]
	}
	return fmt.Sprintf(titles[rule], noun)
}

// ruleOf returns the rule that a port breaks, and the noun of its title.
func ruleOf(ep exposure.Endpoint, port exposure.PortObservation) (rule, noun string) {
	switch {
	case port.Result == exposure.Refused || port.Result == exposure.Filtered:
		return RuleDeclaredExposure, ""
	case port.Result != exposure.Open:
		return RuleNotScanned, ""
	case port.HTTP == nil || port.HTTP.StatusCode == 0:
		return RuleOpenPort, portNoun(port)
	case ep.DirectlyExposedBucket:
		return RulePublicBucket, ""
	}
	return httpRule(*port.HTTP)
}

// portNoun names the protocol that usually listens on an open port. A port of
// HTTP that gave no HTTP answer is just a port.
func portNoun(port exposure.PortObservation) string {
	if _, title, ok := exposure.Protocol(port.Port); ok && port.HTTP == nil {
		return title + " port"
	}
	return "Port"
}

func httpRule(answer exposure.HTTPObservation) (rule, noun string) {
	switch code := answer.StatusCode; {
	case code == 401 || code >= 200 && code <= 299:
		weakest := exposure.WeakestAuth(answer.Authentication)
		if weakest == "" && answer.HeadersTruncated {
			return RuleUnknownAuthentication, unknownMethod
		}
		return authRule(code, weakest, exposure.MethodsOf(answer.Authentication, exposure.AuthEnforced))
	case code >= 400:
		return RuleErrorPage, ""
	}
	return RuleHTTPEndpoint, ""
}

func authRule(code int, weakest exposure.AuthMethod, enforced []exposure.AuthMethod) (rule, noun string) {
	switch {
	case weakest == exposure.AuthSSO:
		return RuleSSO, ""
	case weakest != "":
		return RuleWeakAuthentication, methodNames[enforced[0]]
	case code == 401 && len(enforced) > 0:
		return RuleUnknownAuthentication, methodNames[enforced[0]] // the tables do not know it, the reader may
	case code == 401:
		return RuleUnknownAuthentication, unknownMethod
	}
	return RuleNoAuthentication, ""
}

// methodNames are the methods as a sentence names them.
var methodNames = map[exposure.AuthMethod]string{
	exposure.AuthBasic: "basic", exposure.AuthDigest: "digest", exposure.AuthNTLM: "NTLM", exposure.AuthNegotiate: "Negotiate",
	exposure.AuthForm: "login form", exposure.AuthBearer: "bearer token", exposure.AuthClientCertificate: "client certificate",
	exposure.AuthSSO: "single sign-on",
}
