package exposure

// Report is everything a run has to say. The same input gives the same report.
type Report struct {
	Input   string   // as the user named it; of several their names with commas; empty when endpoints came by reference
	Inputs  []string // their labels when there are several, in the order in which they were given
	Offline bool     // nothing was sent
	FailOn  Severity
	Passed  bool

	Results  []Result   // every endpoint, not_exposed ones too, in the order of SortEndpoints
	Findings []Finding  // worst first, waived ones too
	Closed   []Endpoint // exposed before the plan and out of reach after it, with the ports that are closed

	Assumptions map[string]string // id → statement
	Uncovered   []TypeCount
	Incomplete  []string // why the input does not show everything: clauses, "the plan is errored"
	Warnings    []string // what else the user should know: sentences without their last full stop
}

// TypeCount counts the instances of a resource type.
type TypeCount struct {
	Type  string `json:"type"`
	Count int    `json:"count"`
}

// Summary counts the endpoints of a report.
type Summary struct {
	Exposed    int `json:"exposed"`
	Restricted int `json:"restricted"` // not_exposed, but some sources are admitted
	Unknown    int `json:"unknown"`
	NotExposed int `json:"not_exposed"`
	Scanned    int `json:"scanned"`
	Open       int `json:"open"`
	NotScanned int `json:"not_scanned"` // observed without a look: failed, excluded, disabled, unsupported
	Findings   int `json:"findings"`
	Waived     int `json:"waived"`
	Failing    int `json:"failing"`
	Uncovered  int `json:"uncovered_resource_types"`
	FromStore  int `json:"from_store"`
}

// Failing returns the findings that fail the gate, worst first.
func (r Report) Failing() []Finding {
	failing := []Finding{}
	for _, f := range r.Findings {
		if f.Failing {
			failing = append(failing, f)
		}
	}
	return failing
}

// Summary returns the counts of r.
func (r Report) Summary() Summary {
	s := Summary{Findings: len(r.Findings), Failing: len(r.Failing()), Uncovered: len(r.Uncovered)}
	for _, result := range r.Results {
		s.countVerdict(result.Endpoint)
		if result.Observed != nil {
			s.countObserved(*result.Observed)
		}
	}
	for _, f := range r.Findings {
		if f.Waiver != nil {
			s.Waived++
		}
	}
	return s
}

func (s *Summary) countVerdict(e Endpoint) {
	switch {
	case e.Verdict == Exposed:
		s.Exposed++
	case e.Verdict == Unknown:
		s.Unknown++
	case e.Scope == ScopeNone || e.Scope == "":
		s.NotExposed++
	default:
		s.Restricted++
	}
}

func (s *Summary) countObserved(o Observation) {
	switch {
	case !o.PortStatus.Scanned():
		s.NotScanned++
	case o.PortStatus == StatusOpen:
		s.Scanned++
		s.Open++
	default:
		s.Scanned++
	}
	if o.FromStore {
		s.FromStore++
	}
}
