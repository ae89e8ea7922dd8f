package screenshot

import (
	"os"
	"strconv"
	"strings"
)

// deadProxy is where requests outside a page's context go: nobody listens on
// this port, and binding it takes a privilege.
const deadProxy = "http://127.0.0.1:1"

// disabledFeatures look for devices on the local network, or load or send
// something the page did not ask for.
var disabledFeatures = []string{
	"AutofillServerCommunication",
	"CertificateTransparencyComponentUpdater",
	"DialMediaRouteProvider",
	"HttpsFirstBalancedModeAutoEnable",
	"HttpsUpgrades", // would ask another URL than the one analysed
	"InterestFeedContentSuggestions",
	"MediaRouter",
	"OptimizationHints",
	"Translate",
	"WebRtcHideLocalIpsWithMdns", // answers multicast questions
}

// restrictedPorts are ports Chromium refuses by itself and on which web
// servers are found nevertheless. The proxy decides about them instead.
const restrictedPorts = "1719,1720,1723,2049,3659,4045,4190,5060,5061,6000,6566,6665,6666,6667,6668,6669,6679,6697,10080"

// arguments returns the command line after the executable. Without a sandbox
// the browser is an easier prey for a hostile page, so that is only for where
// Chromium refuses to start otherwise.
func arguments(profile string, width, height int, sandbox bool) []string {
	args := []string{
		"--headless",
		"--remote-debugging-pipe", // ends with its parent, and no local user can drive it
		"--user-data-dir=" + profile,
		"--window-size=" + strconv.Itoa(width) + "," + strconv.Itoa(height),

		"--proxy-server=" + deadProxy,
		"--proxy-bypass-list=<-loopback>",
		"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
		"--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--webrtc-ip-handling-policy=disable_non_proxied_udp",
		"--explicitly-allowed-ports=" + restrictedPorts,
		"--disable-features=" + strings.Join(disabledFeatures, ","),
		"--disable-quic",
		"--no-pings",
		"--dns-prefetch-disable",
		"--disable-background-networking",
		"--disable-client-side-phishing-detection",
		"--disable-component-update",
		"--disable-component-extensions-with-background-pages",
		"--disable-default-apps",
		"--disable-domain-reliability",
		"--disable-sync",
		"--metrics-recording-only",

		"--block-new-web-contents",
		"--deny-permission-prompts",
		"--disable-extensions",
		"--disable-notifications",
		"--disable-breakpad",
		"--disable-crash-reporter",
		"--disable-dev-shm-usage", // containers give /dev/shm 64 MB, less than a page takes
		"--disable-gpu",
		"--force-color-profile=srgb",
		"--hide-scrollbars",
		"--js-flags=--max-old-space-size=512",
		"--lang=en-US",
		"--mute-audio",
		"--no-default-browser-check",
		"--no-first-run",
		"--password-store=basic",
		"--use-mock-keychain",
	}
	if !sandbox {
		args = append(args, "--no-sandbox")
	}
	return append(args, "about:blank")
}

// environment returns the variables of the browser's process: nothing of the
// parent's but where programs and fonts are, so that no credential of the run
// is within reach of a page that breaks out. Whatever the browser writes
// lands in the profile and goes with it. The process runs in that folder, and
// its temporary files are named from there: Chromium opens a socket among
// them, whose path may have 108 bytes only and no more than 104 on macOS.
func environment(profile string) []string {
	env := []string{
		"HOME=" + profile, "TMPDIR=.",
		"XDG_CONFIG_HOME=" + profile, "XDG_CACHE_HOME=" + profile,
		"LANG=C.UTF-8", "TZ=UTC",
	}
	for _, name := range []string{"PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH"} {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	return env
}
