package servers_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/probetest"
)

// The pages of Debian's web servers and frameworks.
func TestRealPages(t *testing.T) {
	if testing.Short() {
		t.Skip("starts servers")
	}
	t.Parallel()
	shop := "<?php header('Content-Type: text/html'); echo '<title>Shop</title>hello';"
	servers := []server{
		{name: "nginx when it is new", port: 8080, program: nginx("root /usr/share/nginx/html;", nil), fires: []string{"default-page"}},
		{name: "nginx without its page", port: 8080, program: nginx("root html;", site)},
		{name: "lighttpd when it is new", port: 8080, program: lighttpd("/usr/share/lighttpd", ""), fires: []string{"default-page"}},
		{name: "lighttpd that lists", port: 8080, fires: []string{"directory-listing"},
			program: withFiles(lighttpd("{dir}/html", "server.modules += ( \"mod_dirlisting\" )\ndir-listing.activate = \"enable\"\n"), map[string]string{"html/a.txt": "a"})},
		{name: "lighttpd that does not", port: 8080, program: withFiles(lighttpd("{dir}/html", ""), site)},
		{name: "Python that lists", port: 8000, program: python("http.server", "--bind", "{host}", "--directory", "{dir}", "{port}"),
			fires: []string{"directory-listing"}},
		{name: "Python that does not", port: 8000, program: withFiles(python("http.server", "--bind", "{host}", "--directory", "{dir}/html", "{port}"), site)},
		{name: "Werkzeug with its debugger", port: 8000, needs: werkzeugs, program: werkzeug("True"), fires: []string{"debug-page"}},
		{name: "Werkzeug without", port: 8000, needs: werkzeugs, program: werkzeug("False")},
		{name: "phpinfo as the page", port: 8080, program: php("html", map[string]string{"html/index.php": "<?php phpinfo();"}), fires: []string{"phpinfo"}},
		{name: "phpinfo beside the page", port: 8080, extended: true, fires: []string{"phpinfo-file"},
			program: php("html", map[string]string{"html/index.php": shop, "html/phpinfo.php": "<?php phpinfo();"})},
		{name: "PHP without phpinfo", port: 8080, extended: true, program: php("html", map[string]string{"html/index.php": shop})},
		{name: "Adminer at its door", port: 8080, program: php("/usr/share/adminer", nil), path: "/adminer.php", needs: "/usr/share/adminer/adminer.php", fires: []string{"http-password-form-without-tls"}},
		{name: "phpMyAdmin for anyone", port: 8080, needs: myAdmin, beside: phpMyAdmin("config"), fires: []string{"database-admin-without-login"}},
		{name: "phpMyAdmin at its door", port: 8080, needs: myAdmin, beside: phpMyAdmin("cookie"), fires: []string{"http-password-form-without-tls"}},
	}
	startAll(t, servers)
	check(t, servers)
}

// What the programs serve or load is in packages of its own.
const (
	myAdmin   = "/usr/share/phpmyadmin/index.php"
	werkzeugs = "/usr/lib/python3/dist-packages/werkzeug"
)

// site is the folder of a web server with nothing but a page.
var site = map[string]string{"html/": "", "html/index.html": "<title>Shop</title>hello"}

func lighttpd(folder, config string) probetest.Program {
	return probetest.Program{Name: "lighttpd", Args: strings.Fields("-D -f {dir}/lighttpd.conf"), Files: map[string]string{"html/": "",
		"lighttpd.conf": "server.document-root = \"" + folder + "\"\nserver.bind = \"{host}\"\nserver.port = {port}\nserver.modules = ( \"mod_indexfile\" )\n" +
			"index-file.names = ( \"index.html\" )\nmimetype.assign = ( \".html\" => \"text/html\", \".txt\" => \"text/plain\" )\n" + config}}
}

func python(module string, args ...string) probetest.Program {
	return probetest.Program{Name: "/usr/bin/python3", Args: append([]string{"-m", module}, args...)}
}

// werkzeug is an application that fails.
func werkzeug(debugger string) probetest.Program {
	return probetest.Program{Name: "/usr/bin/python3", Args: []string{"{dir}/app.py"}, Files: map[string]string{"app.py": "from werkzeug.serving import run_simple\n" +
		"def app(environ, start):\n    raise ValueError('broken')\nrun_simple('{host}', {port}, app, use_debugger=" + debugger + ")\n"}}
}

func php(folder string, files map[string]string) probetest.Program {
	return withFiles(probetest.Program{Name: "php", Args: []string{"-S", "{host}:{port}", "-t", folder}, Files: map[string]string{"html/": ""}}, files)
}

// phpMyAdmin is set up for a MariaDB that lets everyone in, with a kind of login
// of its own.
func phpMyAdmin(login string) func(*testing.T, netip.AddrPort) (probetest.Program, func()) {
	return func(t *testing.T, _ netip.AddrPort) (probetest.Program, func()) {
		database, wait := probetest.Start(t, probetest.Program{Name: "mariadbd", At: probetest.Free(t, 3306), Files: map[string]string{"data/": ""},
			Args: strings.Fields("--no-defaults --datadir={dir}/data --socket={dir}/socket --pid-file={dir}/pid --port={port} --bind-address={host}" +
				" --skip-grant-tables --innodb=OFF --default-storage-engine=Aria --tmpdir={dir}")})
		p := php("pma", map[string]string{"config.php": fmt.Sprintf("<?php\n$cfg['blowfish_secret'] = str_repeat('a', 32);\n$cfg['TempDir'] = '{dir}';\n"+
			"$cfg['Servers'][1] = ['auth_type' => '%s', 'host' => '%s', 'port' => '3306', 'user' => 'root', 'password' => '', 'AllowNoPassword' => true];\n",
			login, database.Addr())})
		p.Prepare = [][]string{
			{"cp", "-r", "/usr/share/phpmyadmin", "{dir}/pma"},
			{"sed", "-i", "s#'/etc/phpmyadmin/config.inc.php'#'{dir}/config.php'#; s#CONFIG_DIR . 'config.inc.php'#'{dir}/config.php'#", "{dir}/pma/libraries/vendor_config.php"},
		}
		return p, wait
	}
}
