package fingerprint_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/fingerprint"
)

// answer is a response of https://app.example.test/; headers are pairs.
func answer(status int, text string, headers ...string) exposure.Response {
	r := page(text, headers...)
	r.StatusCode, r.URL = status, "https://app.example.test/"
	return r
}

func challenged(values ...string) exposure.Response {
	r := answer(401, "")
	r.Header["Www-Authenticate"] = values
	return r
}

func redirected(location string) exposure.Response { return answer(302, "", "Location", location) }

const (
	hiddenSAML = `<input type="hidden" name="SAMLRequest" value="PHNhbWw">`
	oidcQuery  = "?response_type=code&client_id=c-123&redirect_uri=https%3A%2F%2Fapp.example.test%2Fcb&state=s3cretstate"
)

var authenticationCases = []struct {
	name string
	r    exposure.Response
	want string // "method provider|evidence" joined by "; "; empty: none
}{
	// Challenges of RFC 9110, section 11.6.1.
	{"basic", challenged(`Basic realm="x"`), "basic "},
	{"basic without a realm", challenged(`Basic`), "basic "},
	{"basic in another case", challenged(`bAsIc realm=x`), "basic "},
	{"digest", challenged(`Digest realm="x", nonce="n", algorithm=MD5, qop="auth,auth-int"`), "digest "},
	{"NTLM", challenged(`NTLM`), "ntlm "},
	{"Negotiate alone", challenged(`Negotiate`), "ntlm "},
	{"Negotiate with a token", challenged(`Negotiate YIIBhg/+a==`), "ntlm "},
	{"NTLM and Negotiate are one method", challenged("Negotiate", "NTLM"), "ntlm "},
	{"several fields", challenged(`Digest nonce="n"`, `Basic realm="x"`), "basic ; digest "},
	{"several challenges in one field", challenged(`Digest nonce="n", Basic realm="x", NTLM`), "basic ; digest ; ntlm "},
	{"only schemes", challenged(`NTLM,Basic,Digest`), "basic ; digest ; ntlm "},
	{"token68 before another challenge", challenged(`Negotiate abc==, Basic realm="x"`), "basic ; ntlm "},
	{"quoted comma and scheme", challenged(`Digest realm="a, Basic realm=b, NTLM"`), "digest "},
	{"quoted escape", challenged(`Digest realm="a\", Basic ", nonce="n"`), "digest "},
	{"quote that never closes", challenged(`Digest realm="a, Basic realm=b`), "digest "},
	{"white space around the equals sign", challenged("Basic realm = \"x\" , charset = \"UTF-8\""), "basic "},
	{"folded line", challenged("Digest realm=\"x\",\r\n nonce=\"n\",\r\n\tBasic realm=\"y\""), "basic ; digest "},
	{"empty list members", challenged(`,, ,Basic realm="x",,`), "basic "},
	{"missing comma", challenged(`Digest nonce="n" Basic realm="x"`), "basic ; digest "},
	{"header name in another case", answer(401, "", "www-authenticate", "Basic"), "basic "},
	{"parameter named like a scheme", challenged(`Bearer basic="x", ntlm=1`), ""},
	{"parameters without a scheme", challenged(`realm="Basic"`), ""},
	{"scheme that begins like another", challenged(`BasicX realm="x", Digestive`), ""},
	{"unknown scheme", challenged(`AWS4-HMAC-SHA256`), ""},
	{"generic bearer", challenged(`Bearer realm="x", error="invalid_token"`), ""},
	{"empty field", challenged(""), ""},
	{"only punctuation", challenged(`=,;"`), ""},
	{"challenge on a 200", answer(200, "", "Www-Authenticate", "Basic"), ""},
	{"challenge on a 403", answer(403, "", "Www-Authenticate", "Basic"), ""},
	{"challenge of a proxy", answer(407, "", "Proxy-Authenticate", "Basic"), ""},
	{"proxy field on a 401", answer(401, "", "Proxy-Authenticate", "Basic"), ""},
	{"bearer at Entra", challenged(`Bearer authorization_uri="https://login.microsoftonline.com/t-1", resource_id="x"`), "sso Microsoft Entra ID|WWW-Authenticate: Bearer with authorization_uri at login.microsoftonline.com"},
	{"bearer metadata at Okta", challenged(`Bearer resource_metadata="https://acme.okta.com/.well-known/x"`), "sso Okta"},
	{"bearer elsewhere", challenged(`Bearer authorization_uri="https://login.microsoftonline.com.evil.test/"`), ""},
	{"basic or single sign-on", challenged(`Bearer authorization_uri="https://login.windows.net/t"`, `Basic realm="x"`), "basic ; sso Microsoft Entra ID"},
	{"Cloudflare challenge", challenged(`Cloudflare-Access resource_metadata="x"`), "sso Cloudflare Access"},

	// Redirects.
	{"Google", redirected("https://accounts.google.com/o/oauth2/v2/auth" + oidcQuery), "sso Google Workspace|redirect to accounts.google.com"},
	{"Google service login", redirected("https://accounts.google.com/ServiceLogin?hd=acme.test"), "sso Google Workspace"},
	{"Google IAP", answer(302, "", "Location", "https://accounts.google.com/o/oauth2/v2/auth?client_id=c", "X-Goog-Iap-Generated-Response", "true"), "sso Google IAP; sso Google Workspace"},
	{"Google IAP on a 401", answer(401, "", "x-goog-iap-generated-response", "true"), "sso Google IAP|header X-Goog-Iap-Generated-Response"},
	{"Google terms page", redirected("https://accounts.google.com/TOS"), ""},
	{"Entra", redirected("https://login.microsoftonline.com/t-1/oauth2/v2.0/authorize" + oidcQuery), "sso Microsoft Entra ID|redirect to login.microsoftonline.com"},
	{"Entra SAML", redirected("https://login.microsoftonline.com/t-1/saml2?SAMLRequest=abc"), "sso Microsoft Entra ID"},
	{"Entra of the US government", redirected("https://login.microsoftonline.us/t/oauth2/authorize"), "sso Microsoft Entra ID"},
	{"Entra for customers", redirected("https://acme.ciamlogin.com/t/oauth2/v2.0/authorize"), "sso Microsoft Entra ID"},
	{"Azure AD B2C", redirected("https://acme.b2clogin.com/acme/oauth2/v2.0/authorize"), "sso Microsoft Entra ID"},
	{"Azure App Service", redirected("/.auth/login/aad?post_login_redirect_uri=/"), "sso Microsoft Entra ID|redirect to app.example.test"},
	{"Okta", redirected("https://acme.okta.com/oauth2/default/v1/authorize" + oidcQuery), "sso Okta|redirect to acme.okta.com"},
	{"Okta SAML application", redirected("https://acme.okta-emea.com/app/acme_1/exk/sso/saml?SAMLRequest=a"), "sso Okta"},
	{"Okta in capitals with a port and a final dot", redirected("HTTPS://ACME.OKTA.COM.:443/oauth2/v1/authorize"), "sso Okta"},
	{"Okta's own site", redirected("https://www.okta.com/products/"), ""},
	{"host that only ends like Okta", redirected("https://evilokta.com/oauth2/v1/authorize"), ""},
	{"host that only begins like Okta", redirected("https://acme.okta.com.evil.test/oauth2/v1/authorize"), ""},
	{"Okta as the user of another host", redirected("https://acme.okta.com@evil.test/oauth2/v1/authorize"), ""},
	{"Okta in the path of another host", redirected("https://evil.test/acme.okta.com/oauth2/v1/authorize"), ""},
	{"Okta after a backslash", redirected(`https://evil.test\.okta.com/oauth2/v1/authorize`), ""},
	{"address without a scheme", redirected("//acme.okta.com/oauth2/v1/authorize"), "sso Okta"},
	{"Auth0", redirected("https://acme.eu.auth0.com/authorize" + oidcQuery), "sso Auth0"},
	{"PingOne", redirected("https://auth.pingone.eu/0a-1b/as/authorize" + oidcQuery), "sso Ping"},
	{"PingFederate", redirected("https://login.acme.test/as/authorization.oauth2" + oidcQuery), "sso Ping"},
	{"PingFederate start", redirected("https://login.acme.test/sp/startSSO.ping?PartnerIdpId=x"), "sso Ping"},
	{"Duo SSO", redirected("https://sso-0a.sso.duosecurity.com/saml2/sp/DI123/sso?SAMLRequest=a"), "sso Duo"},
	{"Duo universal prompt", redirected("https://api-0a.duosecurity.com/oauth/v1/authorize?request=a"), "sso Duo"},
	{"Duo's site", redirected("https://www.duosecurity.com/docs"), ""},
	{"Cloudflare Access", redirected("https://acme.cloudflareaccess.com/cdn-cgi/access/login/app.example.test?kid=k"), "sso Cloudflare Access"},
	{"Cognito", redirected("https://acme.auth.eu-west-1.amazoncognito.com/oauth2/authorize" + oidcQuery), "sso AWS Cognito"},
	{"Keycloak", redirected("https://id.acme.test/auth/realms/main/protocol/openid-connect/auth" + oidcQuery), "sso Keycloak"},
	{"OneLogin", redirected("https://acme.onelogin.com/oidc/2/auth" + oidcQuery), "sso OneLogin"},
	{"JumpCloud", redirected("https://sso.jumpcloud.com/saml2/app"), "sso JumpCloud"},
	{"AD FS", redirected("https://sts.acme.test/adfs/ls/?wa=wsignin1.0"), "sso AD FS"},
	{"unknown OpenID Connect", redirected("https://id.acme.test/authorize" + oidcQuery), "sso OpenID Connect|redirect to id.acme.test"},
	{"unknown SAML", redirected("https://id.acme.test/sso?SAMLRequest=a&RelayState=b"), "sso SAML"},
	{"unknown WS-Federation", redirected("https://id.acme.test/fed?wa=wsignin1.0"), "sso WS-Federation"},
	{"load balancer before a known provider", answer(302, "", "Location", "https://acme.okta.com/oauth2/v1/authorize", "Set-Cookie", "AWSALBAuthNonce=a; Path=/"), "sso Okta"},
	{"plain login page", redirected("/login"), ""},
	{"another site", redirected("https://www.example.test/"), ""},
	{"no web address", redirected("javascript:alert('https://acme.okta.com/oauth2/')"), ""},
	{"location on a 200", answer(200, "", "Location", "https://acme.okta.com/oauth2/v1/authorize"), ""},
	{"location on a 201", answer(201, "", "Location", "https://acme.okta.com/oauth2/v1/authorize"), ""},

	// Pages.
	{"form that posts itself to Okta", answer(200, `<body onload="document.forms[0].submit()"><form method=post action="https://acme.okta.com/app/a/b/sso/saml">`+hiddenSAML+`</form>`), "sso Okta|form posts itself to acme.okta.com"},
	{"form that posts itself by script", answer(200, `<form method=post action="https://id.acme.test/sso">`+hiddenSAML+`</form><script>document.forms[0].submit();</script>`), "sso SAML|form posts a SAML request to id.acme.test"},
	{"form that waits for a click", answer(200, `<form method=post action="https://acme.okta.com/app/a/b/sso/saml">`+hiddenSAML+`<button>Sign in</button></form>`), ""},
	{"form with an answer of SAML", answer(200, `<body onload="document.forms[0].submit()"><form action="https://acme.okta.com/sso/saml2/x"><input name=SAMLResponse value=a></form>`), ""},
	{"search form that posts itself", answer(200, `<body onload="f.submit()"><form action="/search"><input name=q></form>`), ""},
	{"refresh to Entra", answer(200, `<meta http-equiv="Refresh" content="0; URL='https://login.microsoftonline.com/t/oauth2/authorize?client_id=c'">`), "sso Microsoft Entra ID|page refresh to login.microsoftonline.com"},
	{"slow refresh", answer(200, `<meta http-equiv="refresh" content="300;url=https://login.microsoftonline.com/t/oauth2/authorize">`), ""},
	{"refresh of itself", answer(200, `<meta http-equiv="refresh" content="5">`), ""},
	{"script to Google", answer(200, `<script>window.location.href = "https:\/\/accounts.google.com\/o\/oauth2\/auth?client_id=c";</script>`), "sso Google Workspace|script redirect to accounts.google.com"},
	{"script that replaces the page", answer(200, `<script>(function(){ location.replace('https://auth.pingone.com/e/as/authorize?client_id=c') })()</script>`), "sso Ping"},
	{"button to Google", answer(200, `<a href="https://accounts.google.com/o/oauth2/auth?client_id=c">Sign in with Google</a>`), ""},
	{"function of a button", answer(200, `<script>function signIn(){ window.location = "https://accounts.google.com/o/oauth2/auth?client_id=c"; }</script>`), ""},
	{"address in a comment of the page", answer(200, `<!-- <meta http-equiv=refresh content="0;url=https://acme.okta.com/oauth2/v1/authorize"> -->`), ""},
	{"password form", answer(200, `<form action="/login"><input name=user><input type=password name=pass></form>`), ""},
	{"PingFederate form", answer(200, `<form action="/as/x"><input name="pf.username"><input type=password name="pf.pass"></form>`), "sso Ping|PingFederate sign-in form"},
	{"Duo frame", answer(200, `<iframe id="duo_iframe" data-host="api-0a.duosecurity.com" data-sig-request="TX|a"></iframe>`), "sso Duo|Duo frame of api-0a.duosecurity.com"},
	{"Duo frame of another host", answer(200, `<iframe id="duo_iframe" data-host="api-0a.duosecurity.com.evil.test"></iframe>`), ""},
	{"Okta's sign-in page under another name", answer(200, `<script src="https://ok1static.oktacdn.com/assets/js/sdk/okta-signin-widget/7.0/js/okta-sign-in.min.js"></script>`, "X-Okta-Request-Id", "a"), "sso Okta|Okta sign-in page"},
	{"page that only uses Okta's widget", answer(200, `<script src="https://global.oktacdn.com/okta-signin-widget/7.0/js/okta-sign-in.min.js"></script>`), ""},
	{"oauth2-proxy", answer(403, `<form method="GET" action="/oauth2/start"><button>Sign in with GitLab</button></form>`), "sso oauth2-proxy"},
	{"page of a redirect is not read", answer(302, `<meta http-equiv="refresh" content="0;url=https://acme.okta.com/oauth2/v1/authorize">`, "Location", "/home"), ""},
	{"nothing", exposure.Response{}, ""},
}

func TestAuthentication(t *testing.T) {
	if len(authenticationCases) < 60 {
		t.Fatalf("only %d cases", len(authenticationCases))
	}
	for _, c := range authenticationCases {
		t.Run(c.name, func(t *testing.T) {
			got := fingerprint.Authentication(c.r)
			if got == nil {
				t.Fatal("Authentication = nil, want an empty slice")
			}
			var short, long []string
			for _, a := range got {
				short = append(short, string(a.Method)+" "+a.Provider)
				long = append(long, string(a.Method)+" "+a.Provider+"|"+a.Evidence)
				if a.Evidence == "" || strings.Contains(a.Evidence, "s3cretstate") || strings.Contains(a.Evidence, "c-123") {
					t.Errorf("evidence %q is empty or holds a value of the answer", a.Evidence)
				}
			}
			have := short
			if strings.Contains(c.want, "|") {
				have = long
			}
			if diff := cmp.Diff(c.want, strings.Join(have, "; ")); diff != "" {
				t.Errorf("Authentication differs (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzAuthentication(f *testing.F) {
	for _, c := range authenticationCases {
		f.Add(c.r.StatusCode, strings.Join(c.r.Header["Www-Authenticate"], ","), strings.Join(c.r.Header["Location"], ""), c.r.Text)
	}
	f.Fuzz(func(t *testing.T, status int, challenge, location, text string) {
		got := fingerprint.Authentication(answer(status, text, "Www-Authenticate", challenge, "Location", location))
		if got == nil {
			t.Fatal("Authentication = nil, want an empty slice")
		}
		for _, a := range got {
			if a.Evidence == "" || a.Evidence != exposure.CleanLine(a.Evidence) || len(a.Evidence) > 400 {
				t.Errorf("evidence %q is empty, long or not clean", a.Evidence)
			}
			if a.Method != exposure.AuthSSO && status != 401 {
				t.Errorf("status %d gives %s", status, a.Method)
			}
			if a.Method == exposure.AuthBasic && !strings.Contains(strings.ToLower(challenge), "basic") {
				t.Errorf("challenge %q gives basic", challenge)
			}
		}
	})
}
