package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// kept lists the results of all endpoints, those of one endpoint together, the
// newest first. An endpoint that was asked in two ways has two keys and one
// history. Results of a version that did not keep what they are about come
// first, each key by itself.
const kept = `
	SELECT coalesce(resource, ''), coalesce(name, endpoint), coalesce(host, ''), coalesce(ports, ''), coalesce(path, ''), severity, observation
	FROM results LEFT JOIN endpoints ON key = endpoint
	ORDER BY 1, 3, 4, 5, 2, scanned_at DESC, id DESC`

// Histories returns what is kept of every endpoint, in the order of resource
// address, host, ports and path, and never nil. A result that cannot be read is
// left out: it is of the past.
func (s *Store) Histories(ctx context.Context) (all []exposure.History, err error) {
	err = s.retry(ctx, func() error {
		rows, err := s.db.QueryContext(ctx, kept)
		if err != nil {
			return err
		}
		all, err = histories(rows)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the results of all endpoints: %w", explain(err))
	}
	for i := range all {
		all[i].Compare()
	}
	return all, nil
}

// histories reads the rows of kept and closes them.
func histories(rows *sql.Rows) ([]exposure.History, error) {
	defer rows.Close()
	all, last := []exposure.History{}, [5]string{}
	for rows.Next() {
		var about [5]string // resource, name, host, ports, path
		var severity sql.NullString
		var text []byte
		if err := rows.Scan(&about[0], &about[1], &about[2], &about[3], &about[4], &severity, &text); err != nil {
			return nil, err
		}
		var o exposure.Observation
		if json.Unmarshal(text, &o) != nil || o.ScannedAt.IsZero() {
			continue
		}
		if len(all) == 0 || about != last {
			all, last = append(all, historyOf(about, o)), about
		}
		h := &all[len(all)-1]
		h.Looks = append(h.Looks, exposure.LookOf(o, judged(severity)))
	}
	return all, rows.Err()
}

// historyOf begins the history of an endpoint, of which o is the newest look.
// What was not kept of it is taken from the look.
func historyOf(about [5]string, o exposure.Observation) exposure.History {
	h := exposure.History{ResourceAddress: about[0], Host: about[2], ResolvedAddresses: o.ResolvedAddresses, Ports: strings.Split(about[3], ", "), Path: about[4]}
	if h.ResolvedAddresses == nil {
		h.ResolvedAddresses = []string{}
	}
	if about[3] == "" {
		h.Ports = []string{}
		for _, p := range o.Ports {
			h.Ports = append(h.Ports, exposure.PortRange{Lo: p.Port, Hi: p.Port}.String())
		}
	}
	if h.Host == "" && len(h.ResolvedAddresses) > 0 {
		h.Host = h.ResolvedAddresses[0]
	}
	return h
}

// judged returns the severity that was kept, nil for none.
func judged(name sql.NullString) *exposure.Severity {
	severity, err := exposure.ParseSeverity(name.String)
	if !name.Valid || err != nil {
		return nil
	}
	return &severity
}
