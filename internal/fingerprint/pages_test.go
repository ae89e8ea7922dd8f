package fingerprint_test

import "github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"

func page(text string, headers ...string) exposure.Response {
	r := exposure.Response{StatusCode: 200, Header: map[string][]string{}, Text: text}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header[headers[i]] = append(r.Header[headers[i]], headers[i+1])
	}
	return r
}

// pages have the shapes that the products document or ship.
var pages = map[string]exposure.Response{
	"nginx welcome":   page("<!DOCTYPE html><html><head><title>Welcome to nginx!</title></head><body><h1>Welcome to nginx!</h1></body></html>", "Server", "nginx/1.25.3"),
	"nginx error":     page("<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx/1.18.0 (Ubuntu)</center></body></html>", "Server", "nginx/1.18.0 (Ubuntu)"),
	"Apache default":  page("<html><body><h1>It works!</h1></body></html>", "Server", "Apache/2.4.58 (Unix) OpenSSL/3.0.2 PHP/8.1.2"),
	"Apache modules":  page("", "Server", "Apache/2.4.6 (CentOS) mod_wsgi/3.4 Python/2.7.5 mod_ssl mod_perl/2.0.11 mod_jk/1.2.46"),
	"IIS":             page("<title>IIS Windows Server</title>", "Server", "Microsoft-IIS/10.0", "X-Powered-By", "ASP.NET", "X-AspNet-Version", "4.0.30319"),
	"Tomcat":          page("<title>Apache Tomcat/9.0.65</title>", "Server", "Apache-Coyote/1.1", "Set-Cookie", "JSESSIONID=0A1B; Path=/; HttpOnly"),
	"Grafana":         page(`<html><head><title>Grafana</title></head><body><script>window.grafanaBootData = {"settings":{"buildInfo":{"version":"10.1.0"}}}</script><script src="public/build/app.f00.js"></script><grafana-app></grafana-app></body></html>`, "Set-Cookie", "grafana_session=x; Path=/"),
	"WordPress":       page(`<link rel="stylesheet" href="/wp-content/themes/twentytwenty/style.css?ver=2.1"><meta name="generator" content="WordPress 6.4.2"><script src="/wp-includes/js/jquery/jquery.min.js?ver=3.7.1"></script>`, "Link", `</wp-json/>; rel="https://api.w.org/"`, "X-Powered-By", "PHP/8.2.1"),
	"WooCommerce":     page(`<meta name="generator" content="WooCommerce 8.2.1"><script src="/wp-content/plugins/woocommerce/assets/js/frontend/woocommerce.min.js?ver=8.2.1"></script>`),
	"Jenkins":         page(`<html><head data-rooturl=""><title>Sign in [Jenkins]</title><script src="/static/1/scripts/hudson-behavior.js"></script></head></html>`, "X-Jenkins", "2.426.1", "X-Hudson", "1.395", "Server", "Jetty(10.0.17)", "Set-Cookie", "JSESSIONID.1234abcd=node0; Path=/"),
	"phpMyAdmin":      page(`<!DOCTYPE HTML><html><head><title>phpMyAdmin</title><script src="js/vendor/jquery/jquery.min.js?v=5.2.1"></script></head><body><a href="https://www.phpmyadmin.net/">!PMA_</a> <link href="phpmyadmin.css.php"></body></html>`, "Set-Cookie", "phpMyAdmin=0; path=/; HttpOnly", "X-Powered-By", "PHP/7.4.33"),
	"React":           page(`<div id="root" data-reactroot></div><script src="https://unpkg.com/react@18.2.0/umd/react.production.min.js"></script><script src="https://unpkg.com/react-dom@18.2.0/umd/react-dom.production.min.js"></script>`),
	"Next.js":         page(`<div id="__next"></div><script src="/_next/static/chunks/main-1234.js"></script>`, "X-Powered-By", "Next.js 13.4"),
	"Nuxt":            page(`<div id="__nuxt"></div><script src="/_nuxt/entry.1.js"></script>`),
	"Angular":         page(`<app-root ng-version="16.2.0"></app-root><script src="https://ajax.googleapis.com/ajax/libs/angularjs/1.8.2/angular.min.js"></script>`),
	"Vue":             page(`<div id="app" data-v-12345678></div><script src="https://cdn.jsdelivr.net/npm/vue@2.7.14/dist/vue.min.js"></script>`),
	"jQuery":          page(`<script src="https://code.jquery.com/jquery-3.6.0.min.js"></script><script src="/js/jquery-ui.min.js"></script><script src="/jquery-migrate-1.4.1.min.js"></script>`),
	"Bootstrap":       page(`<link rel="stylesheet" href="https://maxcdn.bootstrapcdn.com/bootstrap/4.5.2/css/bootstrap.min.css"><script src="/bootstrap.bundle.min.js"></script>`),
	"Drupal":          page(`<meta name="Generator" content="Drupal 10 (https://www.drupal.org)"><script src="/core/misc/drupal.js?v=10.1"></script>`, "X-Drupal-Cache", "HIT", "X-Generator", "Drupal 10 (https://www.drupal.org)"),
	"Joomla":          page(`<meta name="generator" content="Joomla! - Open Source Content Management"><script src="/media/system/js/core.js"></script>`),
	"Magento":         page(`<script src="/static/version1/frontend/Magento/luma/en_US/mage/requirejs/mixins.js"></script><script type="text/x-magento-init">{}</script>`, "Set-Cookie", "frontend=1; path=/"),
	"Shopify":         page(`<script src="https://cdn.shopify.com/s/files/1/theme.js"></script><link rel="preconnect" href="https://cdn.shopify.com">`, "X-ShopId", "1", "X-Shopify-Stage", "production"),
	"Ghost":           page(`<meta name="generator" content="Ghost 5.71">`, "X-Ghost-Cache-Status", "HIT"),
	"Hugo":            page(`<meta name="generator" content="Hugo 0.119.0">`),
	"GitLab":          page(`<meta content="GitLab" property="og:site_name"><script src="/assets/webpack/runtime.js"></script>`, "Set-Cookie", "_gitlab_session=1; path=/", "X-Gitlab-Meta", "{}"),
	"Kibana":          page(`<title>Elastic</title><kbn-csp data="{}"></kbn-csp><script src="/bootstrap.js"></script>`, "kbn-name", "kibana", "kbn-version", "8.11.0"),
	"Express":         page("Cannot GET /", "X-Powered-By", "Express"),
	"Django":          page(`<input type="hidden" name="csrfmiddlewaretoken" value="a">`, "Set-Cookie", "csrftoken=a; Path=/", "Server", "gunicorn/20.1.0"),
	"Rails":           page(`<meta name="csrf-param" content="authenticity_token">`, "X-Powered-By", "Phusion Passenger 6.0.4", "Set-Cookie", "_app_session=1"),
	"Laravel":         page("", "Set-Cookie", "laravel_session=eyJ; path=/"),
	"Cloudflare":      page(`<script src="/cdn-cgi/scripts/5c5dd728/cloudflare-static/email-decode.min.js"></script>`, "Server", "cloudflare", "CF-RAY", "1-FRA", "Set-Cookie", "__cf_bm=a; path=/"),
	"CloudFront":      page("", "Via", "1.1 abc.cloudfront.net (CloudFront)", "X-Amz-Cf-Id", "a", "Server", "AmazonS3"),
	"load balancer":   page("", "Server", "awselb/2.0", "Set-Cookie", "AWSALB=a; Path=/"),
	"Varnish":         page("", "Via", "1.1 varnish (Varnish/6.0)", "X-Varnish", "1"),
	"Envoy":           page("", "Server", "envoy", "X-Envoy-Upstream-Service-Time", "1"),
	"LiteSpeed":       page("", "Server", "LiteSpeed", "X-Powered-By", "PHP/8.0"),
	"Caddy":           page("", "Server", "Caddy"),
	"OpenResty":       page("", "Server", "openresty/1.21.4.1"),
	"Sonatype Nexus":  page(`<title>Sonatype Nexus Repository</title><link href="/static/rapture/resources/a.css">`, "Server", "Nexus/3.61.0-02 (OSS)"),
	"analytics":       page(`<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script><script src="https://www.google-analytics.com/analytics.js"></script>`),
	"Jira":            page(`<meta name="application-name" content="JIRA" data-name="jira" data-version="9.4.0">`, "X-AREQUESTID", "1x1x1", "Set-Cookie", "atlassian.xsrf.token=a; Path=/"),
	"Confluence":      page(`<meta name="ajs-version-number" content="8.5.3"><meta name="confluence-request-time" content="1">`, "X-Confluence-Request-Time", "1"),
	"Webmin":          page("", "Server", "MiniServ/2.105"),
	"Kestrel":         page("", "Server", "Kestrel", "Request-Context", "appId=cid-v1:a"),
	"upper case page": page(`<SCRIPT SRC="/JQUERY-2.1.0.MIN.JS"></SCRIPT><META NAME="GENERATOR" CONTENT="WORDPRESS 5.1">`, "SERVER", "NGINX/1.1"),
	"broken markup":   page(`<script src=/jquery-1.12.4.js ><meta name=generator content="Hugo 0.1"<script src='/wp-includes/a.js'`),
	"invalid UTF-8":   page("\xff\xfe<meta name=\"generator\" content=\"Hugo 0.12.1\">\xc3\x28", "Server", "nginx"),
	"nothing at all":  page(""),
	"nothing to see":  page("<html><body><p>Hello</p></body></html>", "Content-Type", "text/html"),
}
