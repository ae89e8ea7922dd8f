package fingerprint_test

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// Which of the pages on this machine are compared. The library takes about
// 15 microseconds of processor time for a byte, so the pages are many and most
// of them small.
const (
	realPages    = 320 // at most; with fewer than 300 there is nothing to compare by
	enoughPages  = 300
	smallPage    = 6 << 10
	largestPage  = 64 << 10
	largePages   = 24 // of more than smallPage
	smallestPage = 300
)

// pageRoots are where make deps unpacks packages, where Debian installs them,
// and Go's own pages.
func pageRoots() []string {
	roots := []string{"/usr/share", filepath.Join(build.Default.GOROOT, "src"), filepath.Join(build.Default.GOROOT, "misc")}
	if cache, err := os.UserCacheDir(); err == nil {
		roots = append(roots, filepath.Join(cache, "terraform-provider-dynamicscan", "pages"))
	}
	return roots
}

// TestRealPagesShowTheSame compares over pages that nobody wrote for a test.
// make deps installs enough of them on Debian.
func TestRealPagesShowTheSame(t *testing.T) {
	if raceDetector || testing.Short() {
		t.Skip("the library takes 20 seconds for these pages, and minutes under the race detector")
	}
	files := chooseFiles(htmlFiles(t))
	if len(files) < enoughPages {
		if os.Getenv("CI") == "true" && runtime.GOOS == "linux" {
			t.Fatalf("%d HTML files were found, want %d: run make deps", len(files), enoughPages)
		}
		t.Skipf("%d HTML files were found, %d are needed; make deps installs them on Debian", len(files), enoughPages)
	}
	reasons, seen := compareFiles(t, files)
	t.Logf("%d pages, %d technologies seen; differences by reason: %v", len(files), seen, reasons)
	if seen < 15 {
		t.Errorf("the pages show %d technologies, too few to compare", seen)
	}
}

// compareFiles compares the two over files, two at a time, and returns the
// reasons of the differences with how many technologies the library saw.
func compareFiles(t *testing.T, files []string) (reasons map[string]int, technologies int) {
	lib, err := library()
	if err != nil {
		t.Fatal(err)
	}
	reasons, seen := map[string]int{}, map[string]struct{}{}
	next := make(chan int)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := range next {
				text, err := os.ReadFile(files[i])
				if err != nil {
					t.Errorf("read %s: %v", files[i], err)
					continue
				}
				page := served(i, string(text))
				want, got := lib.Fingerprint(page.Header, text), ours(t, page)
				mu.Lock()
				for reason, n := range compare(t, files[i], page, got, want) {
					reasons[reason] += n
				}
				for technology := range want {
					seen[technology] = struct{}{}
				}
				mu.Unlock()
			}
		})
	}
	for i := range files {
		next <- i
	}
	close(next)
	wg.Wait()
	return reasons, len(seen)
}

// served gives a page the headers of one of the servers that such pages come
// from.
func served(i int, text string) exposure.Response {
	headers := [][]string{
		{"Server", "nginx/1.26.3", "Content-Type", "text/html"},
		{"Server", "Apache/2.4.65 (Debian)", "Vary", "Accept-Encoding", "Content-Type", "text/html;charset=UTF-8"},
		{"Server", "Apache/2.4.65 (Debian) PHP/8.4.11", "X-Powered-By", "PHP/8.4.11", "Set-Cookie", "PHPSESSID=5f; path=/"},
		{"Server", "Jetty(10.0.17)", "X-Jenkins", "2.426.1", "Set-Cookie", "JSESSIONID.1a=node0; Path=/; HttpOnly"},
		{"Content-Type", "text/html", "Via", "1.1 varnish (Varnish/7.7)", "X-Varnish", "32770"},
		{"Server", "cloudflare", "CF-RAY", "8f-FRA", "Set-Cookie", "__cf_bm=a; path=/; expires=Sun, 22-Nov-26 10:00:00 GMT"},
		{"X-Powered-By", "Express", "ETag", `W/"1"`},
	}
	return page(text, headers[i%len(headers)]...)
}

// htmlFiles are the pages below the roots of a size that is compared, by the
// folder that says where they come from. Names that end in a language, as
// Apache's manual has them, are pages too.
func htmlFiles(t *testing.T) map[string][]string {
	found := map[string][]string{}
	for _, root := range pageRoots() {
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() || !isPage(d.Name()) {
				return nil // what cannot be read is not compared
			}
			info, err := d.Info()
			if err != nil || info.Size() < smallestPage || info.Size() > largestPage {
				return nil
			}
			below := strings.Split(strings.TrimPrefix(path, root+"/"), "/")
			folder := filepath.Join(root, below[0])
			if below[0] == "doc" && len(below) > 2 {
				folder = filepath.Join(folder, below[1])
			}
			found[folder] = append(found[folder], path)
			return nil
		})
	}
	return found
}

func isPage(name string) bool {
	base, last, _ := strings.Cut(name, ".htm")
	return base != "" && (last == "" || last == "l" || strings.HasPrefix(last, "l.") && len(last) <= len("l.pt-br"))
}

// chooseFiles takes from every folder in turn, so that no large manual crowds
// out the rest, in an order that depends on nothing but the paths.
func chooseFiles(byFolder map[string][]string) []string {
	type file struct {
		path string
		turn int
		key  string
	}
	var all []file
	for _, paths := range byFolder {
		slices.SortFunc(paths, func(a, b string) int { return cmp.Or(strings.Compare(pathKey(a), pathKey(b)), strings.Compare(a, b)) })
		for i, path := range paths {
			all = append(all, file{path, i, pathKey(path)})
		}
	}
	slices.SortFunc(all, func(a, b file) int {
		return cmp.Or(cmp.Compare(a.turn, b.turn), strings.Compare(a.key, b.key), strings.Compare(a.path, b.path))
	})
	var chosen []string
	large := 0
	for _, f := range all {
		info, err := os.Stat(f.path)
		if err != nil || len(chosen) == realPages {
			continue
		}
		if info.Size() > smallPage {
			if large == largePages {
				continue
			}
			large++
		}
		chosen = append(chosen, f.path)
	}
	return chosen
}

func pathKey(path string) string {
	sum := sha256.Sum256([]byte(path))
	return hex.EncodeToString(sum[:8])
}
