package fingerprint

import (
	"net/url"
	"slices"
	"strings"
)

// The names of providers that only their protocol tells.
const (
	genericOIDC = "OpenID Connect"
	genericSAML = "SAML"
	genericFed  = "WS-Federation"
)

// The names of providers that several signatures or marks share.
const (
	google     = "Google Workspace"
	googleIAP  = "Google IAP"
	entra      = "Microsoft Entra ID"
	okta       = "Okta"
	ping       = "Ping"
	duo        = "Duo"
	cloudflare = "Cloudflare Access"
	appService = "Azure App Service"
	adfs       = "AD FS"
	keycloak   = "Keycloak"
	proxyOAuth = "oauth2-proxy"
)

// A signature says which addresses belong to a provider's sign-in. An address
// matches by its host, or by its host and path, or, for products that run
// under their owner's name, by its path or query alone.
type signature struct {
	provider string
	product  string
	domains  []string // the host is one of these or a name below one
	paths    []string // beside domains: required; alone: enough. See pathMatches
	query    []string // required parameters, each "name" or "name=value"
	tenant   func(signature, *url.URL) string
}

// signatures are tried in order; the first that matches names the provider.
var signatures = []signature{
	{provider: googleIAP, domains: []string{"iap.googleapis.com"}},
	{provider: googleIAP, domains: []string{"accounts.google.com"}, query: []string{"redirect_uri=https://iap.googleapis.com/"}, tenant: tenantOfGoogle},
	{provider: google, domains: []string{"accounts.google.com"}, tenant: tenantOfGoogle, paths: []string{
		"/o/oauth2/", "/signin", "/AccountChooser", "/ServiceLogin", "/o/saml2/", "/v3/signin", "/InteractiveLogin", "/a/",
	}},
	{provider: entra, tenant: tenantOfPath, domains: []string{
		"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn", "login.chinacloudapi.cn",
		"login.microsoft.com", "login.windows.net", "login.windows-ppe.net", "sts.windows.net",
	}},
	{provider: entra, domains: []string{"ciamlogin.com", "b2clogin.com"}, tenant: tenantOfLabels},
	{provider: entra, product: appService, paths: []string{"/.auth/login/aad"}},
	{provider: okta, product: appService, paths: []string{"/.auth/login/okta"}},
	{provider: google, product: appService, paths: []string{"/.auth/login/google"}},
	{provider: appService, paths: []string{"/.auth/login/"}}, // a provider of the owner's choice
	{provider: okta, tenant: tenantOfLabels, domains: []string{"okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil"}, paths: []string{
		"/oauth2/", "/app/", "/login/", "/signin", "/sso/", "/home/", "/saml2/",
	}},
	{provider: "Auth0", domains: []string{"auth0.com"}, paths: []string{"/authorize", "/login", "/samlp/", "/wsfed/", "/u/login"}, tenant: tenantOfLabels},
	{provider: ping, product: "PingOne", tenant: tenantOfPath, domains: []string{
		"auth.pingone.com", "auth.pingone.eu", "auth.pingone.ca", "auth.pingone.asia", "auth.pingone.com.au", "auth.pingone.sg",
	}},
	{provider: ping, product: "PingOne", domains: []string{"sso.connect.pingidentity.com", "desktop.pingone.com", "authenticator.pingone.com"}},
	{provider: ping, product: "ForgeRock", domains: []string{"forgeblocks.com"}, tenant: tenantOfLabels},
	{provider: ping, product: "PingFederate", paths: []string{
		"/idp/startSSO.ping", "/sp/startSSO.ping", "/idp/SSO.saml2", "/as/authorization.oauth2", "/idp/*/resumeSAML20/", "/as/*/resume/",
	}},
	{provider: ping, product: "PingAccess", paths: []string{"/pa/oidc/"}},
	{provider: ping, product: "ForgeRock", paths: []string{"/am/XUI/", "/am/oauth2/", "/openam/XUI/", "/openam/UI/Login", "/openam/oauth2/", "/openam/SSORedirect/"}},
	{provider: duo, domains: []string{"sso.duosecurity.com"}},
	{provider: duo, domains: []string{"duosecurity.com", "duofederal.com"}, paths: []string{"/oauth/v1/authorize", "/frame/", "/saml2/", "/oidc/"}},
	{provider: duo, product: "Duo Access Gateway", paths: []string{"/dag/saml2/", "/dag/module.php/"}},
	{provider: cloudflare, domains: []string{"cloudflareaccess.com"}, paths: []string{"/cdn-cgi/access/"}, tenant: tenantOfLabels},
	{provider: cloudflare, paths: []string{"/cdn-cgi/access/login/"}},
	{provider: "AWS Cognito", domains: []string{"amazoncognito.com"}},
	{provider: "AWS IAM Identity Center", domains: []string{"awsapps.com", "signin.aws"}, paths: []string{"/start", "/platform/", "/saml/"}},
	{provider: "OneLogin", domains: []string{"onelogin.com", "onelogin.eu"}, tenant: tenantOfLabels, paths: []string{
		"/oidc/", "/trust/saml2/", "/login", "/access/", "/launch/",
	}},
	{provider: "JumpCloud", domains: []string{"sso.jumpcloud.com", "console.jumpcloud.com", "oauth.id.jumpcloud.com"}},
	{provider: "Akamai EAA", domains: []string{"login.go.akamai-access.com"}, tenant: tenantOfLabels},
	{provider: "Zscaler", domains: []string{"samlsp.private.zscaler.com", "authsp.prod.zpath.net"}},
	{provider: adfs, paths: []string{"/adfs/ls", "/adfs/oauth2/authorize"}},
	{provider: keycloak, tenant: tenantOfRealm, paths: []string{
		"/realms/*/protocol/openid-connect/auth", "/realms/*/protocol/saml", "/realms/*/broker/", "/realms/*/login-actions/",
	}},
	{provider: "Shibboleth", paths: []string{"/idp/profile/SAML2/", "/idp/profile/Shibboleth/", "/Shibboleth.sso/Login", "/Shibboleth.sso/DS"}},
	{provider: "CAS", paths: []string{"/cas/login"}, query: []string{"service"}},
	{provider: "Pomerium", paths: []string{"/.pomerium/"}},
	{provider: "Authentik", paths: []string{"/outpost.goauthentik.io/", "/if/flow/", "/application/o/authorize/"}},
	{provider: "Authelia", query: []string{"rd=http", "rm"}},
	{provider: proxyOAuth, paths: []string{"/oauth2/start", "/oauth2/sign_in"}},
}

// A mark is a header or a cookie by which an authenticating proxy or a
// provider shows itself on an answer that lets nobody in.
type mark struct {
	provider string
	product  string
	header   string
	value    string // the header's value, in lower case; empty: any
	cookie   string // prefix of the cookie's name
}

var marks = []mark{
	{provider: googleIAP, header: "X-Goog-Iap-Generated-Response", value: "true"},
	{provider: googleIAP, cookie: "GCP_IAP_"},
	{provider: googleIAP, cookie: "GCP_IAAP_"},
	{provider: okta, header: "X-Okta-Request-Id"},
	{provider: okta, cookie: "oktaStateToken"},
	{provider: ping, product: "PingAccess", cookie: "PA."},
	{provider: ping, product: "ForgeRock", cookie: "iPlanetDirectoryPro"},
	{provider: cloudflare, cookie: "CF_AppSession"},
	{provider: cloudflare, cookie: "CF_Authorization"},
	{provider: adfs, cookie: "MSISSamlRequest"},
	{provider: keycloak, cookie: "KC_RESTART"},
	{provider: appService, cookie: "AppServiceAuthSession"},
	{provider: "Pomerium", cookie: "_pomerium"},
	{provider: proxyOAuth, cookie: "_oauth2_proxy"},
	{provider: genericOIDC, cookie: "AWSALBAuthNonce"}, // an AWS load balancer; any provider may stand behind it
	{provider: genericOIDC, cookie: "AWSELBAuthSessionCookie"},
}

func (m mark) matches(values []string) bool {
	return slices.ContainsFunc(values, func(v string) bool {
		return m.value == "" || strings.EqualFold(strings.TrimSpace(v), m.value)
	})
}

// gateways sign visitors in for the application behind them. They are told by
// the address to which the provider is to answer, or by the name under which
// they ask, where the two belong together.
var gateways = []struct{ name, domain, path string }{
	{name: "AWS Cognito", domain: "amazoncognito.com"},
	{name: googleIAP, domain: "iap.googleapis.com"},
	{name: cloudflare, domain: "cloudflareaccess.com"},
	{name: "Zscaler", domain: "samlsp.private.zscaler.com"},
	{name: "Akamai EAA", domain: "login.go.akamai-access.com"},
	{name: duo, domain: "sso.duosecurity.com"},
	{name: "Auth0", domain: "auth0.com"},
	{name: "an AWS load balancer", path: "/oauth2/idpresponse"},
	{name: appService, path: "/.auth/login/*/callback"},
	{name: "PingAccess", path: "/pa/oidc/cb"},
	{name: "Shibboleth", path: "/Shibboleth.sso"},
	{name: keycloak, path: "/realms/*/broker/"},
}
