package exposure

import "slices"

// AuthMethod is a way in which a server asks who is there.
type AuthMethod string

// The authentication methods, weakest first.
const (
	AuthBasic  AuthMethod = "basic"
	AuthDigest AuthMethod = "digest"
	AuthNTLM   AuthMethod = "ntlm" // NTLM or Negotiate
	AuthSSO    AuthMethod = "sso"
)

// Authentication is one method that an endpoint asks for.
type Authentication struct {
	Method   AuthMethod `json:"method"`
	Provider string     `json:"provider,omitempty"` // of SSO: "Okta", "Microsoft Entra ID" ...
	Evidence string     `json:"evidence"`           // where it was seen: "WWW-Authenticate: Basic"
}

// WeakestAuth returns the weakest method offered, "" when there is none.
func WeakestAuth(offered []Authentication) AuthMethod {
	order := []AuthMethod{AuthBasic, AuthDigest, AuthNTLM, AuthSSO}
	for _, method := range order {
		if slices.ContainsFunc(offered, func(a Authentication) bool { return a.Method == method }) {
			return method
		}
	}
	return ""
}
