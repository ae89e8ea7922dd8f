// Old servers are part of an estate, so their TLS is read; it is never trusted.
//
//go:debug tlssha1=1
//go:debug rsa1024min=0

// Command terraform-provider-dynamicscan is a Terraform and OpenTofu provider
// when an engine starts it, and a plan-time exposure checker when a person or
// a pipeline does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/cli"
	"github.com/dynamicscan/terraform-provider-dynamicscan/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

// version is set by the release build.
var version = "dev"

func main() {
	if startedByEngine(os.Args[1:]) {
		serve()
		return
	}
	os.Exit(cli.Main(version, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// startedByEngine reports whether terraform or OpenTofu started the process:
// they set a cookie and give no arguments. -debug starts the server by hand.
func startedByEngine(args []string) bool {
	return len(args) == 0 && os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "" || len(args) > 0 && (args[0] == "-debug" || args[0] == "--debug")
}

func serve() {
	debug := flag.Bool("debug", false, "serve for a debugger, and print how to attach the engine")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/dynamicscan/dynamicscan",
		Debug:   *debug,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
