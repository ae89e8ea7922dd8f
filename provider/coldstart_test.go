package provider_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
)

// BenchmarkColdStart measures from the start of the provider's process to its
// answer to GetProviderSchema over the plugin protocol, which an engine asks
// several times a run before anything is scanned. DYNAMICSCAN_BINARY names the
// binary, whose size is told beside:
//
//	DYNAMICSCAN_BINARY=$PWD/bin/terraform-provider-dynamicscan go test ./provider -run '^$' -bench ColdStart -benchtime 20x
func BenchmarkColdStart(b *testing.B) {
	binary := os.Getenv("DYNAMICSCAN_BINARY")
	if binary == "" {
		b.Skip("DYNAMICSCAN_BINARY names no binary")
	}
	info, err := os.Stat(binary)
	if err != nil {
		b.Fatal(err)
	}
	var total time.Duration
	for b.Loop() {
		took, err := askSchema(b.Context(), binary)
		if err != nil {
			b.Fatal(err)
		}
		total += took
	}
	b.ReportMetric(0, "ns/op") // it would count the end of the process too
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms/start")
	b.ReportMetric(float64(info.Size())/(1<<20), "MiB")
}

// askSchema starts the provider as an engine does, asks for its schema and
// ends it. It returns how long the answer took.
func askSchema(ctx context.Context, binary string) (time.Duration, error) {
	began := time.Now()
	client := plugin.NewClient(&plugin.ClientConfig{
		Cmd: exec.CommandContext(ctx, binary),
		HandshakeConfig: plugin.HandshakeConfig{
			ProtocolVersion:  6,
			MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
			MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		},
		VersionedPlugins: map[int]plugin.PluginSet{6: {"provider": connection{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Logger:           hclog.New(&hclog.LoggerOptions{Output: io.Discard}),
	})
	defer client.Kill()
	protocol, err := client.Client()
	if err != nil {
		return 0, fmt.Errorf("start provider: %w", err)
	}
	dispensed, err := protocol.Dispense("provider")
	if err != nil {
		return 0, fmt.Errorf("connect to provider: %w", err)
	}
	// The request has no fields, and the answer is only weighed, so that the
	// types of the protocol are not needed.
	answer := &emptypb.Empty{}
	err = dispensed.(*grpc.ClientConn).Invoke(ctx, "/tfplugin6.Provider/GetProviderSchema", &emptypb.Empty{}, answer)
	if err != nil {
		return 0, fmt.Errorf("ask for schema: %w", err)
	}
	if proto.Size(answer) < 1000 {
		return 0, fmt.Errorf("the schema has %d bytes, which cannot be all", proto.Size(answer))
	}
	return time.Since(began), nil
}

// connection hands out the bare connection to a plugin.
type connection struct{ plugin.NetRPCUnsupportedPlugin }

func (connection) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, c *grpc.ClientConn) (any, error) {
	return c, nil
}

func (connection) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error { return nil }
