package services

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// files are the probes of what a web server should not hand out. The first is
// the one that every page calls for; the others run where the settings ask for
// all that applies.
var files = []Probe{
	general(1, service("git-head", "/.git/HEAD", nil, nil, gitHead)),
	general(2, service("env-file", "/.env", nil, nil, envFile)),
	general(3, service("svn-entries", "/.svn/entries", nil, nil, svnEntries)),
	general(6, service("go-pprof", "/debug/pprof/", nil, nil, holds("/debug/pprof/", "full goroutine stack dump"))),
	general(7, service("phpinfo", "/phpinfo.php", nil, []string{"PHP"}, holds("PHP Version", "PHP License"))),
	general(8, service("symfony-profiler", "/_profiler/empty/search/results?limit=1", nil, []string{"Symfony"}, holds("Symfony Profiler"))),
}

// servers are the probes of the status pages of web servers.
var servers = []Probe{
	general(4, service("apache-status", "/server-status", nil, []string{"Apache HTTP Server"}, holds("Apache Server Status for", "Server uptime"))),
	general(5, service("nginx-status", "/nginx_status", nil, []string{"Nginx", "OpenResty"}, holds("Active connections:", "server accepts handled requests"))),
}

var commitID = regexp.MustCompile(`^(?:[0-9a-f]{40}|[0-9a-f]{64})$`)

// gitHead recognises the file HEAD of a repository: the name of a branch or the
// id of a commit, and nothing else.
func gitHead(r exposure.Response) (bool, map[string]any) {
	text := strings.TrimSpace(r.Text)
	branch, named := strings.CutPrefix(text, "ref: refs/")
	whole := len(text) < maxFact && !strings.ContainsAny(text, "\n<")
	return succeeded(r) && whole && (named && branch != "" || commitID.MatchString(text)), nil
}

var assignment = regexp.MustCompile(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=`)

// envFile recognises lines that set variables, and tells how many there are.
// Neither names nor values are kept.
func envFile(r exposure.Response) (bool, map[string]any) {
	lines := slices.DeleteFunc(strings.Split(exposure.Cut(r.Text, 64<<10), "\n"), func(line string) bool {
		line = strings.TrimSpace(line)
		return line == "" || strings.HasPrefix(line, "#")
	})
	set := 0
	for _, line := range lines {
		if assignment.MatchString(strings.TrimSpace(line)) {
			set++
		}
	}
	markup := strings.HasPrefix(strings.TrimSpace(r.Text), "<") || strings.Contains(strings.ToLower(r.Text), "<html")
	// A value may go on over lines, such as a key does.
	return succeeded(r) && !markup && set > 0 && 2*set >= len(lines), map[string]any{"variables": float64(set)}
}

var svnFormat = regexp.MustCompile(`^(?:[89]|1[0-2])\n`)

// svnEntries recognises the file of a working copy: the number of its format,
// alone since Subversion 1.7.
func svnEntries(r exposure.Response) (bool, map[string]any) {
	text := strings.ReplaceAll(r.Text, "\r\n", "\n")
	return succeeded(r) && svnFormat.MatchString(text) && (len(text) <= 4 || strings.Contains(text, "\ndir\n")), nil
}
