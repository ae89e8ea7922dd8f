package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// bench is what every step shares.
type bench struct {
	folder, engine, provider, http string
	rounds                         int
}

// usage is what an engine and the providers that it started used.
type usage struct{ wall, cpu time.Duration }

type measurement struct {
	step
	usage
}

// measure runs all steps in turn, round after round.
func (b *bench) measure(ctx context.Context, steps []step) ([]measurement, error) {
	taken := make([][]usage, len(steps))
	for range b.rounds {
		for i, s := range steps {
			u, err := b.once(ctx, s)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			fmt.Fprintf(os.Stderr, "%s: %.2fs\n", s.name, u.wall.Seconds())
			taken[i] = append(taken[i], u)
		}
	}
	measured := make([]measurement, len(steps))
	for i, s := range steps {
		slices.SortFunc(taken[i], func(a, b usage) int { return int(a.wall - b.wall) })
		measured[i] = measurement{s, taken[i][len(taken[i])/2]}
	}
	return measured, nil
}

// once runs a step in a new folder.
func (b *bench) once(ctx context.Context, s step) (usage, error) {
	dir, err := os.MkdirTemp(b.folder, "step")
	if err != nil {
		return usage{}, err
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(s.config), 0o600); err != nil {
		return usage{}, err
	}
	store := "first"
	if s.prepare != nil {
		if _, err := b.command(ctx, dir, store, s.prepare); err != nil {
			return usage{}, err
		}
	}
	if s.fresh {
		store = "second"
	}
	return b.command(ctx, dir, store, s.command)
}

// command runs the engine and fails unless it did what it was told.
func (b *bench) command(ctx context.Context, dir, store string, args []string) (usage, error) {
	cmd := exec.CommandContext(ctx, b.engine, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+filepath.Join(b.folder, "cli.tfrc"), "CHECKPOINT_DISABLE=1",
		"TF_IN_AUTOMATION=1", "TF_CLI_ARGS=", "TF_DATA_DIR=", "TF_WORKSPACE=", "TF_LOG=", "DYNAMICSCAN_STORE="+store, "DYNAMICSCAN_ENFORCEMENT=")
	began := time.Now()
	out, err := cmd.CombinedOutput()
	wall := time.Since(began)
	if err != nil {
		return usage{}, fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, tail(out))
	}
	return usage{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}, nil
}

// tail is the end of what was printed, where errors stand.
func tail(out []byte) []byte { return out[max(0, len(out)-4000):] }

func firstLine(text []byte) string {
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

func tabulate(w io.Writer, measured []measurement) {
	var base *measurement
	for i := range measured {
		if measured[i].against {
			base = &measured[i]
		}
	}
	fmt.Fprintf(w, "%-42s %8s %8s", "step", "wall", "cpu")
	if base != nil {
		fmt.Fprintf(w, " %20s", "of "+base.name)
	}
	fmt.Fprintln(w)
	for _, m := range measured {
		fmt.Fprintf(w, "%-42s %7.2fs %7.2fs", m.name, m.wall.Seconds(), m.cpu.Seconds())
		if base != nil {
			fmt.Fprintf(w, " %20.2f", m.wall.Seconds()/base.wall.Seconds())
		}
		fmt.Fprintln(w)
	}
}
