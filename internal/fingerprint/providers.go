package fingerprint

import (
	"slices"
	"strings"
)

// The names of providers that only their protocol tells.
const (
	genericOIDC = "OpenID Connect"
	genericSAML = "SAML"
	genericFed  = "WS-Federation"
)

// A signature says which addresses belong to a provider's sign-in. An address
// matches by its host, or by its host and path, or, for products that run
// under their owner's name, by its path alone.
type signature struct {
	provider string
	domains  []string // the host is one of these or a name below one
	paths    []string // beside domains: required; alone: enough. See pathMatches
	query    []string // required parameters, each "name" or "name=value"
}

// signatures are tried in order; the first that matches names the provider.
var signatures = []signature{
	{provider: "Google IAP", domains: []string{"iap.googleapis.com"}},
	{provider: "Google IAP", domains: []string{"accounts.google.com"}, query: []string{"redirect_uri=https://iap.googleapis.com/"}},
	{provider: "Google Workspace", domains: []string{"accounts.google.com"}, paths: []string{
		"/o/oauth2/", "/signin", "/AccountChooser", "/ServiceLogin", "/o/saml2/", "/v3/signin", "/InteractiveLogin", "/a/",
	}},
	{provider: "Microsoft Entra ID", domains: []string{
		"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
		"login.microsoft.com", "login.windows.net", "login.windows-ppe.net",
		"sts.windows.net", "ciamlogin.com", "b2clogin.com",
	}},
	{provider: "Microsoft Entra ID", paths: []string{"/.auth/login/aad"}}, // Azure App Service
	{provider: "Okta", domains: []string{"okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil"}, paths: []string{
		"/oauth2/", "/app/", "/login/", "/signin", "/sso/", "/home/", "/saml2/",
	}},
	{provider: "Okta", paths: []string{"/.auth/login/okta"}},
	{provider: "Auth0", domains: []string{"auth0.com"}, paths: []string{"/authorize", "/login", "/samlp/", "/u/login"}},
	{provider: "Ping", domains: []string{
		"auth.pingone.com", "auth.pingone.eu", "auth.pingone.ca", "auth.pingone.asia", "auth.pingone.com.au", "auth.pingone.sg",
		"sso.connect.pingidentity.com", "desktop.pingone.com", "authenticator.pingone.com",
	}},
	{provider: "Ping", paths: []string{
		"/idp/startSSO.ping", "/sp/startSSO.ping", "/idp/SSO.saml2", "/as/authorization.oauth2", "/pa/oidc/", "/am/XUI/",
	}},
	{provider: "Duo", domains: []string{"sso.duosecurity.com"}},
	{provider: "Duo", domains: []string{"duosecurity.com", "duofederal.com"}, paths: []string{"/oauth/v1/authorize", "/frame/", "/saml2/", "/oidc/"}},
	{provider: "Duo", paths: []string{"/dag/saml2/", "/dag/module.php/"}}, // Duo Access Gateway
	{provider: "Cloudflare Access", domains: []string{"cloudflareaccess.com"}, paths: []string{"/cdn-cgi/access/"}},
	{provider: "Cloudflare Access", paths: []string{"/cdn-cgi/access/login/"}},
	{provider: "AWS Cognito", domains: []string{"amazoncognito.com"}},
	{provider: "AWS IAM Identity Center", domains: []string{"awsapps.com", "signin.aws"}, paths: []string{"/start", "/platform/", "/saml/"}},
	{provider: "OneLogin", domains: []string{"onelogin.com"}, paths: []string{"/oidc/", "/trust/saml2/", "/login", "/access/", "/launch/"}},
	{provider: "JumpCloud", domains: []string{"sso.jumpcloud.com", "console.jumpcloud.com", "oauth.id.jumpcloud.com"}},
	{provider: "AD FS", paths: []string{"/adfs/ls", "/adfs/oauth2/authorize"}},
	{provider: "Keycloak", paths: []string{"/realms/*/protocol/openid-connect/auth", "/realms/*/protocol/saml", "/realms/*/broker/"}},
	{provider: "Shibboleth", paths: []string{"/idp/profile/SAML2/"}},
	{provider: "CAS", paths: []string{"/cas/login"}, query: []string{"service"}},
	{provider: "Pomerium", paths: []string{"/.pomerium/"}},
	{provider: "Authentik", paths: []string{"/outpost.goauthentik.io/", "/if/flow/"}},
	{provider: "oauth2-proxy", paths: []string{"/oauth2/start", "/oauth2/sign_in"}},
	{provider: "Google Workspace", paths: []string{"/.auth/login/google"}},
}

// A mark is a header or a cookie by which an authenticating proxy or a
// provider shows itself on an answer that lets nobody in.
type mark struct {
	provider string
	header   string
	value    string // the header's value, in lower case; empty: any
	cookie   string // prefix of the cookie's name
}

var marks = []mark{
	{provider: "Google IAP", header: "X-Goog-Iap-Generated-Response", value: "true"},
	{provider: "Google IAP", cookie: "GCP_IAP_"},
	{provider: "Google IAP", cookie: "GCP_IAAP_"},
	{provider: "Okta", header: "X-Okta-Request-Id"},
	{provider: "Ping", cookie: "PA."}, // PingAccess
	{provider: "Cloudflare Access", cookie: "CF_AppSession"},
	{provider: "AD FS", cookie: "MSISSamlRequest"},
	{provider: "oauth2-proxy", cookie: "_oauth2_proxy"},
	{provider: genericOIDC, cookie: "AWSALBAuthNonce"}, // an AWS load balancer; any provider may stand behind it
}

func (m mark) matches(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return m.value == "" || strings.EqualFold(strings.TrimSpace(v), m.value)
	})
}
