package datascan

import (
	"regexp"
	"strings"
)

// labelledRules are data that only the words before them tell from any other
// word or date.
func labelledRules() []rule {
	return []rule{
		{
			name: "passport-number", keywords: []string{"passport"}, after: 300, tagged: true,
			pattern: labelled(`passport[ _-]?(?:no\.?|num\.?|number|#|id)`, `[A-Z]{0,2}[0-9]{6,9}|[CFGHJK][0-9CFGHJKLMNPRTVWXYZ]{8}`),
			accept:  func(c candidate) bool { return len(digitsOf(c.secret)) >= 4 && !sameOrSequence(digitsOf(c.secret)) },
		},
		{
			name: "date-of-birth", keywords: []string{"birth", "dob", "geburt", "naissance", "nacimiento", "nascita"}, before: 16, after: 300, tagged: true, local: true,
			pattern: labelled(`date[ _-]?of[ _-]?birth|d\.?o\.?b\.?|birth[ _-]?da(?:te|y)|geburtsdatum|geboren am|date de naissance|fecha de nacimiento|data di nascita`,
				`(?:19|20)\d\d[-/.](?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])|(?:0?[1-9]|[12]\d|3[01])[-/.](?:0?[1-9]|[12]\d|3[01])[-/.](?:19|20)\d\d`),
			accept: func(c candidate) bool {
				return !strings.Contains(c.secret, "1970") && !sameOrSequence(digitsOf(c.secret))
			},
		},
		{
			name: "medical-record-number", keywords: []string{"mrn", "medical record", "medical_record", "medicalrecord", "patient id", "patient_id", "patientid"}, after: 300, tagged: true,
			pattern: labelled(`mrn|medical[ _-]?record[ _-]?(?:no\.?|num\.?|number|#|id)|patient[ _-]?id`, `[A-Z]{0,4}-?[0-9]{5,10}`),
			accept:  func(c candidate) bool { return !sameOrSequence(digitsOf(c.secret)) },
		},
		{
			// A code of ICD-10 is a letter and two digits: so is much else.
			name: "icd-10-diagnosis", keywords: []string{"diagnos", "icd-10", "icd10", "icd 10"}, before: 80, after: 200, local: true,
			pattern: regexp.MustCompile(`\b[A-TV-Z][0-9][0-9AB](?:\.[0-9A-TV-Z]{1,4})?\b`),
			accept: func(c candidate) bool {
				return alone(c.text, c.at) && c.near([]string{"patient", "patients", "patient_id", "patientid", "mrn", "medical record", "admission", "admitted", "discharge", "date of birth", "dob"})
			},
		},
	}
}

// labelled returns a pattern of a value right behind its label, in any case, as
// forms, tables and JSON write them.
func labelled(label, value string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(?:^|[^a-z0-9])(?:` + label + `)(?:[\s:=#"'.,]|value|</?[a-z][^<>]{0,60}>){1,16}(` + value + `)\b`)
}
