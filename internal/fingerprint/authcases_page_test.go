package fingerprint_test

// hidden is the field of a form that carries a SAML request of this site to
// destination.
func hidden(destination string) string {
	return `<input type="hidden" name="SAMLRequest" value="` + posted(samlXML(destination, "https://app.example.test/")) + `">`
}

const (
	atLoad  = `<body onload="document.forms[0].submit()">`
	toOkta  = `<form method=post action="https://acme.okta.com/app/a/b/sso/saml">`
	oktaURL = "https://acme.okta.com/oauth2/v1/authorize?client_id=c-123"
)

// What pages do with their visitors.
var pageCases = []authCase{
	// Forms that leave by themselves.
	{"form that posts itself to Okta", answer(200, atLoad+toOkta+hidden("https://acme.okta.com/app/a/b/sso/saml")+`</form>`), "sso Okta [acme]|form posts itself a SAML request to acme.okta.com"},
	{"form whose request does not decode", answer(200, atLoad+toOkta+`<input name=SAMLRequest value="???"></form>`), "sso Okta [acme]"},
	{"form that posts itself by script", answer(200, `<form method=post action="https://id.acme.test/sso">`+hidden("https://id.acme.test/sso")+`</form><script>document.forms[0].submit();</script>`), "sso SAML|form posts itself a SAML request to id.acme.test"},
	{"form that posts itself by timer", answer(200, toOkta+hidden("x")+`</form><script>window.setTimeout('document.forms[0].submit()', 0);</script>`), "sso Okta [acme]"},
	{"form that posts itself when the page is ready", answer(200, toOkta+hidden("x")+`</form><script>$(document).ready(function(){ $('form').submit(); });</script>`), "sso Okta [acme]"},
	{"form of a gateway", answer(200, atLoad+`<form action="/relay">`+hidden("https://login.microsoftonline.com/t/saml2")+`</form>`), "sso Microsoft Entra ID [t]"},
	{"form that claims another destination", answer(200, atLoad+`<form action="https://evil.test/">`+hidden("https://acme.okta.com/app/a/b/sso/saml")+`</form>`), "sso SAML"},
	{"form to a host that begins like Okta", answer(200, atLoad+`<form action="https://acme.okta.com.evil.test/app/a">`+hidden("x")+`</form>`), "sso SAML"},
	{"form of OpenID Connect", answer(200, atLoad+`<form action="https://id.acme.test/a"><input name=client_id value=c><input name=response_type value=code><input name=redirect_uri value=x></form>`), "sso OpenID Connect"},
	{"form of WS-Federation", answer(200, atLoad+`<form action="https://id.acme.test/a"><input name=wa value=wsignin1.0></form>`), "sso WS-Federation"},
	{"form that waits for a click", answer(200, toOkta+hidden("x")+`<button>Sign in</button></form>`), "offered sso Okta [acme]"},
	{"form with an answer of SAML", answer(200, atLoad+`<form action="https://acme.okta.com/sso/saml2/x"><input name=SAMLResponse value=a></form>`), ""},
	{"search form that posts itself", answer(200, `<body onload="f.submit()"><form action="/search"><input name=q></form>`), ""},
	{"empty request", answer(200, atLoad+`<form action="/x"><input name=q value=SAMLRequest></form>`), ""},

	// Pages that leave by themselves.
	{"refresh to Entra", answer(200, `<meta http-equiv="Refresh" content="0; URL='https://login.microsoftonline.com/t/oauth2/authorize?client_id=c'">`), "sso Microsoft Entra ID [t]|page refresh to login.microsoftonline.com"},
	{"refresh with a comma", answer(200, `<meta http-equiv=refresh content="1,url=`+oktaURL+`">`), "sso Okta [acme]"},
	{"slow refresh", answer(200, `<meta http-equiv="refresh" content="300;url=https://login.microsoftonline.com/t/oauth2/authorize">`), ""},
	{"refresh of itself", answer(200, `<meta http-equiv="refresh" content="5">`), ""},
	{"refresh to a look-alike", answer(200, `<meta http-equiv="refresh" content="0;url=https://login.microsoftonline.com.evil.test/t">`), ""},
	{"script to Google", answer(200, `<script>window.location.href = "https:\/\/accounts.google.com\/o\/oauth2\/auth?client_id=c";</script>`), "sso Google Workspace|script redirect to accounts.google.com"},
	{"script that replaces the page", answer(200, `<script>(function(){ location.replace('https://auth.pingone.com/e/as/authorize?client_id=c') })()</script>`), "sso Ping [e]"},
	{"script of IAP", answer(401, `<script>top.location="https://accounts.google.com/o/oauth2/v2/auth?client_id=c\u0026redirect_uri=https://iap.googleapis.com/v1"</script>`), "sso Google IAP"},
	{"script on the body", answer(200, `<body onload="location='`+oktaURL+`'">`), "sso Okta [acme]"},
	{"script to a look-alike", answer(200, `<script>location="https://accounts.google.com.evil.test/o/oauth2/auth"</script>`), ""},
	{"script that names no address", answer(200, `<script>location = next + "accounts.google.com/o/oauth2/auth"</script>`), ""},
	{"address in a comment of the page", answer(200, `<!-- <meta http-equiv=refresh content="0;url=`+oktaURL+`"> -->`), ""},
	{"address in the text of the page", answer(200, `<p>`+oktaURL+`</p>`), ""},
	{"page of a redirect is not read", answer(302, `<meta http-equiv="refresh" content="0;url=`+oktaURL+`">`, "Location", "/home"), ""},

	// Offers.
	{"button to Google", answer(200, `<a href="https://accounts.google.com/o/oauth2/auth?client_id=c-123">Sign in with Google</a>`), "offered sso Google Workspace|link to accounts.google.com"},
	{"function of a button", answer(200, `<script>function signIn(){ window.location = "https://accounts.google.com/o/oauth2/auth?client_id=c-123"; }</script>`), "offered sso Google Workspace|script names accounts.google.com"},
	{"Google's own button", answer(200, `<script src="https://accounts.google.com/gsi/client" async></script><div id="g_id_onload" data-client_id="c-123"></div>`), "offered sso Google Workspace|sign-in library of accounts.google.com"},
	{"Entra's library", answer(200, `<script>const msalConfig = { auth: { clientId: "c-123", authority: "https://login.microsoftonline.com/t" } }</script>`), "offered sso Microsoft Entra ID [t]"},
	{"App Service's links", answer(200, `<a href="/.auth/login/aad">Sign in</a><a href="/.auth/login/google">Google</a>`), "offered sso Google Workspace; offered sso Microsoft Entra ID"},
	{"Okta's widget", answer(200, `<script src="https://global.oktacdn.com/okta-signin-widget/7.0/js/okta-sign-in.min.js"></script>`), "offered sso Okta"},
	{"Auth0's library", answer(200, `<script src="https://cdn.auth0.com/js/auth0-spa-js/2.1/auth0-spa-js.production.js"></script>`), "offered sso Auth0"},
	{"button that posts elsewhere", answer(200, `<form><button formaction="https://acme.onelogin.com/oidc/2/auth">Go</button></form>`), "offered sso OneLogin [acme]"},
	{"link to an unknown provider", answer(200, `<a href="https://id.acme.test/authorize`+oidcQuery+`">Sign in</a>`), "offered sso OpenID Connect"},
	{"link to Okta's site", answer(200, `<a href="https://www.okta.com/products">Okta</a>`), ""},
	{"link to a look-alike", answer(200, `<a href="https://acme.okta.com.evil.test/oauth2/v1/authorize">Sign in</a><script src="https://oktacdn.com.evil.test/okta-signin-widget/x.js"></script>`), ""},
	{"link that is a script", answer(200, `<a href="javascript:location='`+oktaURL+`'">Sign in</a>`), ""},
	{"offer beside an enforced one", answer(200, `<meta http-equiv=refresh content="0;url=`+oktaURL+`"><a href="`+oktaURL+`">here</a>`), "sso Okta [acme]|page refresh to acme.okta.com"},
	{"offer beside a challenge", answer(401, `<a href="/oauth2/start">Sign in</a>`, "Www-Authenticate", "Basic"), "basic; offered sso oauth2-proxy"},

	// Forms for a password.
	{"password form", answer(200, `<form action="/login"><input name=user><input type=password name=pass></form>`), "offered form|password field"},
	{"password field without a form", answer(200, `<INPUT TYPE="PassWord">`), "offered form"},
	{"password form on a 401", answer(401, `<form action="/login"><input type=password></form>`), "form"},
	{"password form on a 403", answer(403, `<form action="/login"><input type=password></form>`), "form"},
	{"password form on a 404", answer(404, `<form action="/login"><input type=password></form>`), "offered form"},
	{"password form and a button", answer(200, `<form><input type=password></form><a href="/.auth/login/aad">Microsoft</a>`), "offered form; offered sso Microsoft Entra ID"},
	{"password form to another host's provider", answer(200, `<form action="https://id.acme.test/realms/main/login-actions/authenticate"><input type=password></form>`), "offered form"},
	{"text field called password", answer(200, `<form><input type=text name=password></form>`), ""},
	{"password in the text", answer(200, `<p>Enter your password: &lt;input type=password&gt;</p>`), ""},
	{"password field in a script", answer(200, `<script>var f = '<input type="password">';</script>`), ""},
	{"password field in a comment", answer(200, `<!-- <input type="password"> -->`), ""},
	{"search form", answer(200, `<form action="/search"><input name=q></form>`), ""},

	// Pages that are the provider's own.
	{"PingFederate", answer(200, `<form action="/as/x"><input name="pf.username"><input type=password name="pf.pass"></form>`), "sso Ping|sign-in form (PingFederate)"},
	{"half of PingFederate", answer(200, `<form action="/as/x"><input name="pf.username"></form>`), ""},
	{"Keycloak", answer(200, `<form action="https://app.example.test/realms/main/login-actions/authenticate?execution=e"><input name=username><input type=password name=password></form>`), "sso Keycloak [main]|Keycloak sign-in form"},
	{"AD FS", answer(200, `<form action="/adfs/ls/?wa=wsignin1.0"><input name=UserName><input type=password name=Password></form>`), "sso AD FS"},
	{"CAS", at("https://app.example.test/cas/login?service=https://x.test", answer(200, `<form action="/cas/login?service=https%3A%2F%2Fx.test"><input type=password></form>`)), "sso CAS"},
	{"Duo frame", answer(200, `<iframe id="duo_iframe" data-host="api-0a.duosecurity.com" data-sig-request="TX|a"></iframe>`), "sso Duo|Duo frame of api-0a.duosecurity.com"},
	{"Duo frame with a source", answer(200, `<iframe id="duo_iframe" src="https://api-0a.duosecurity.com/frame/web/v1/auth?tx=a"></iframe>`), "sso Duo"},
	{"Duo frame of another host", answer(200, `<iframe id="duo_iframe" data-host="api-0a.duosecurity.com.evil.test"></iframe>`), ""},
	{"another frame of Duo", answer(200, `<iframe src="https://www.duosecurity.com/video"></iframe>`), ""},
	{"Okta's page under another name", answer(200, `<script src="https://ok1static.oktacdn.com/assets/js/sdk/okta-signin-widget/7.0/js/okta-sign-in.min.js"></script>`, "X-Okta-Request-Id", "a"), "sso Okta|Okta sign-in page"},
	{"oauth2-proxy", answer(403, `<form method="GET" action="/oauth2/start"><button>Sign in with GitLab</button></form>`), "sso oauth2-proxy"},
	{"oauth2-proxy with its own passwords", answer(403, `<form action="/oauth2/start"></form><form method="POST" action="/oauth2/sign_in"><input type=password name=password></form>`), "sso oauth2-proxy"},
	{"oauth2-proxy's form on a 200", answer(200, `<form method="GET" action="/oauth2/start"><button>Sign in</button></form>`), "offered sso oauth2-proxy"},

	{"ordinary page", answer(200, `<html><head><title>Okta, Duo and Ping compared</title></head><body><a href="/login">Sign in</a></body></html>`), ""},
	{"JSON", answer(200, `{"login":"https://acme.okta.com/oauth2/v1/authorize"}`), ""},
	{"empty page", answer(200, ""), ""},
}
