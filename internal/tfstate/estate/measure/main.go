// Command measure makes up a large state, and measures a program on it beside a
// bare decode by encoding/json.
//
//	measure -n 100000 > large.tfstate
//	measure -check bin/terraform-provider-dynamicscan 10000 100000
//
// Every step is a process of its own, so that its peak of memory is its own;
// the median of several runs counts, and the steps take turns, so that what
// else the machine does meets all of them. The ratio is what to look at: times
// are those of the machine of the day.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/tfstate/estate" //nolint:depguard // measures with it; it is no stage
)

func main() {
	n := flag.Int("n", 0, "write a state of `N` resources to standard output")
	plan := flag.Bool("plan", false, "write the plan in the form of show -json instead, or check it")
	decode := flag.String("decode", "", "decode the state in `FILE` with encoding/json, and do nothing with it")
	program := flag.String("check", "", "measure the `PROGRAM` on states of the sizes that are given as arguments")
	runs := flag.Int("runs", 5, "how often each step runs")
	flag.Parse()
	var err error
	switch {
	case *n > 0:
		err = write(os.Stdout, *n, *plan)
	case *decode != "":
		err = decodeFile(*decode)
	case *program != "":
		err = compare(*program, flag.Args(), *runs, *plan)
	default:
		flag.Usage()
		os.Exit(2)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "measure:", err)
		os.Exit(1)
	}
}

func write(w io.Writer, n int, plan bool) error {
	if plan {
		return estate.WritePlan(w, n)
	}
	return estate.WriteState(w, n)
}

// decodeFile is what a program does that reads a state the plain way.
func decodeFile(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var state struct {
		Version   int `json:"version"`
		Resources []struct {
			Module    string `json:"module"`
			Mode      string `json:"mode"`
			Type      string `json:"type"`
			Name      string `json:"name"`
			Provider  string `json:"provider"`
			Instances []struct {
				IndexKey   any            `json:"index_key"`
				Attributes map[string]any `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
		Changes []struct {
			Address string `json:"address"`
			Type    string `json:"type"`
			Change  struct {
				Actions []string       `json:"actions"`
				Before  map[string]any `json:"before"`
				After   map[string]any `json:"after"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	return json.Unmarshal(text, &state)
}

// usage is what a process used.
type usage struct {
	wall, cpu time.Duration
	peak      int64 // bytes
}

func compare(program string, sizes []string, runs int, plan bool) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "estate")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	fmt.Printf("%9s %8s  %-28s %8s %8s %9s %7s %7s\n", "resources", "file", "step", "wall", "cpu", "peak", "of file", "of wall")
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is no number of resources", size)
		}
		path := filepath.Join(folder, size+".json")
		if err := writeFile(path, n, plan); err != nil {
			return err
		}
		if err := compareOn(path, n, self, program, runs); err != nil {
			return err
		}
		os.Remove(path) // the folder goes anyway; this makes room for the next
	}
	return nil
}

func writeFile(path string, n int, plan bool) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(write(f, n, plan), f.Close())
}

func compareOn(path string, n int, self, program string, runs int) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	var decoded, checked []usage
	for range runs {
		d, err := run(0, self, "-decode", path)
		if err != nil {
			return err
		}
		c, err := run(1, program, "check", "--offline", path) // the estate has findings
		if err != nil {
			return err
		}
		decoded, checked = append(decoded, d), append(checked, c)
	}
	base := median(decoded)
	for _, step := range []struct {
		name string
		usage
	}{{"decode with encoding/json", base}, {"check --offline", median(checked)}} {
		fmt.Printf("%9d %5d MB  %-28s %7.2fs %7.2fs %6d MB %6.2fx %6.2fx\n", n, info.Size()/1e6, step.name,
			step.wall.Seconds(), step.cpu.Seconds(), step.peak/1e6, float64(step.peak)/float64(info.Size()), step.wall.Seconds()/base.wall.Seconds())
	}
	return nil
}

// run runs a program and returns what it used. status is how it has to end.
func run(status int, program string, args ...string) (usage, error) {
	cmd := exec.CommandContext(context.Background(), program, args...)
	cmd.Stderr = os.Stderr
	start := time.Now()
	err := cmd.Run()
	wall := time.Since(start)
	if cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != status {
		return usage{}, fmt.Errorf("%s %s: exit status %d was expected: %w", program, args[0], status, err)
	}
	return usage{wall, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), peakOf(cmd.ProcessState)}, nil
}

// median returns the median of each figure.
func median(all []usage) usage {
	middle := func(figure func(usage) int64) int64 {
		figures := make([]int64, len(all))
		for i, u := range all {
			figures[i] = figure(u)
		}
		slices.Sort(figures)
		return figures[len(figures)/2]
	}
	return usage{
		wall: time.Duration(middle(func(u usage) int64 { return int64(u.wall) })),
		cpu:  time.Duration(middle(func(u usage) int64 { return int64(u.cpu) })),
		peak: middle(func(u usage) int64 { return u.peak }),
	}
}
