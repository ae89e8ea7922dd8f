package datascan

import (
	"regexp"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// sensitiveRules are the data about people. Each number has a check of its
// own; one whose check lets every tenth number pass also needs a word nearby
// that says what it is.
func sensitiveRules() []rule {
	rules := cardRules()
	rules = append(rules, identityNumbers()...)
	rules = append(rules, identityCodes()...)
	rules = append(rules, labelledRules()...)
	rules = append(rules, contactRules()...)
	for i := range rules {
		rules[i].kind = exposure.LeakSensitiveData
		if rules[i].severity == exposure.SeverityNone {
			rules[i].severity = exposure.SeverityHigh
		}
		if rules[i].same == nil {
			rules[i].same = compact
		}
	}
	return rules
}

// identityNumbers are national numbers of digits alone.
func identityNumbers() []rule {
	return []rule{
		{
			name:    "us-ssn",
			layouts: []layout{{"ddd-dd-dddd", false}, {"ddd dd dddd", true}, {"ddddddddd", true}},
			context: []string{"ssn", "social security", "social-security", "socialsecurity", "socialsecuritynumber"},
			check:   isSSN,
		},
		{
			name:    "fr-nir",
			layouts: []layout{{"d dd dd dd ddd ddd dd", false}, {"ddddddddddddddd", false}, {"ddddddddddddd dd", false}},
			check:   isNIR,
		},
		{
			name:    "de-steuer-id",
			layouts: []layout{{"ddddddddddd", true}, {"dd ddd ddd ddd", true}},
			context: []string{"steuer-id", "steuerid", "steuer", "steuernummer", "steueridentifikationsnummer", "identifikationsnummer", "idnr", "tax id", "tax_id", "taxid", "tin"},
			check:   isSteuerID,
		},
		{
			name:    "uk-nhs-number",
			layouts: []layout{{"ddd ddd dddd", true}, {"ddd-ddd-dddd", true}, {"dddddddddd", true}},
			context: []string{"nhs", "nhsnumber"},
			check:   isNHS,
		},
		{
			name:    "in-aadhaar",
			layouts: []layout{{"dddd_dddd_dddd", true}, {"dddddddddddd", true}},
			context: []string{"aadhaar", "aadhar", "uidai"},
			check:   func(n string) bool { return n[0] >= '2' && verhoeff(n) && !sameOrSequence(n) },
		},
		{
			name:    "br-cpf",
			layouts: []layout{{"ddd.ddd.ddd-dd", false}, {"ddddddddddd", true}},
			context: []string{"cpf"},
			check:   isCPF,
		},
		{
			name:    "ch-ahv",
			layouts: []layout{{"ddd.dddd.dddd.dd", false}, {"ddddddddddddd", true}},
			context: []string{"ahv", "avs", "ahvnummer", "ahv-nr"},
			check:   isAHV,
		},
		{
			name:    "ca-sin",
			layouts: []layout{{"ddd_ddd_ddd", true}, {"ddddddddd", true}},
			context: []string{"social insurance", "social_insurance", "sin number", "sin no", "canadian sin", "sin:", `"sin"`},
			check:   func(n string) bool { return n[0] != '0' && n[0] != '8' && luhn(n) && !sameOrSequence(n) },
		},
		{
			name:    "nl-bsn",
			layouts: []layout{{"ddddddddd", true}, {"dddd.dd.ddd", true}},
			context: []string{"bsn", "burgerservicenummer", "sofinummer"},
			check:   func(n string) bool { return weighted(n, 9, 8, 7, 6, 5, 4, 3, 2, -1)%11 == 0 && !sameOrSequence(n) },
		},
		{
			name:    "be-national-number",
			layouts: []layout{{"dd.dd.dd-ddd.dd", false}, {"ddddddddddd", true}},
			context: []string{"rijksregisternummer", "rijksregister", "registre national", "national register", "national_register_number", "insz", "niss"},
			check:   isRijksregister,
		},
		{
			name:    "pl-pesel",
			layouts: []layout{{"ddddddddddd", true}},
			context: []string{"pesel"},
			check:   func(n string) bool { return weighted(n, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1)%10 == 0 && !sameOrSequence(n) },
		},
		{
			name:    "se-personnummer",
			layouts: []layout{{"dddddd-dddd", true}, {"dddddddd-dddd", true}, {"dddddddddd", true}, {"dddddddddddd", true}},
			context: []string{"personnummer", "personnr", "personal identity number"},
			check:   isPersonnummer,
		},
		{
			name:    "au-tfn",
			layouts: []layout{{"ddd ddd ddd", true}, {"ddddddddd", true}},
			context: []string{"tfn", "tax file number", "tax_file_number"},
			check:   func(n string) bool { return weighted(n, 1, 4, 3, 7, 5, 8, 6, 9, 10)%11 == 0 && !sameOrSequence(n) },
		},
	}
}

// isSSN follows the Social Security Administration: no area 000, 666 or from
// 900, no group 00, no serial 0000. Numbers that were printed in adverts and
// manuals are nobody's.
func isSSN(n string) bool {
	area, group, serial := n[:3], n[3:5], n[5:]
	known := n == "078051120" || n == "219099999" || n == "457555462" || n == "123456789" || n == "123121234"
	return area != "000" && area != "666" && area < "900" && group != "00" && serial != "0000" && !known && !sameOrSequence(n)
}

// isNIR: sex, year, month (20 and more where it is not known), place, order,
// and 97 less the rest of all that.
func isNIR(n string) bool {
	month := n[3:5]
	known := month >= "01" && month <= "12" || month >= "20" && month <= "42" || month >= "50"
	return (n[0] == '1' || n[0] == '2') && known && n[5:7] != "00" && n[10:13] != "000" && 97-modulo(n[:13], 97) == modulo(n[13:], 100)
}

// isSteuerID: among the first ten digits one occurs twice or three times, the
// others at most once; then ISO 7064.
func isSteuerID(n string) bool {
	var counts [10]int
	for _, d := range n[:10] {
		counts[d-'0']++
	}
	repeated := 0
	for _, c := range counts {
		if c > 3 {
			return false
		}
		if c > 1 {
			repeated++
		}
	}
	return n[0] != '0' && repeated == 1 && mod11of10(n)
}

func isNHS(n string) bool {
	check := 11 - weighted(n, 10, 9, 8, 7, 6, 5, 4, 3, 2)%11
	return check%11 == int(n[9]-'0') && check != 10 && !sameOrSequence(n)
}

func isCPF(n string) bool {
	digit := func(sum int) int { return sum * 10 % 11 % 10 }
	return digit(weighted(n, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == int(n[9]-'0') &&
		digit(weighted(n, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2)) == int(n[10]-'0') && !sameOrSequence(n)
}

func isAHV(n string) bool {
	return n[:3] == "756" && weighted(n, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1)%10 == 0
}

// isRijksregister: the check is of the number as it is for those born before
// 2000, and with a 2 before it for the others.
func isRijksregister(n string) bool {
	check := modulo(n[9:], 100)
	return n[2:4] <= "12" && (97-modulo(n[:9], 97) == check || 97-modulo("2"+n[:9], 97) == check) && !sameOrSequence(n)
}

func isPersonnummer(n string) bool {
	short := n[len(n)-10:]
	return luhn(short) && isDate("060102", short[:6])
}

// identityCodes are national numbers with letters.
func identityCodes() []rule {
	return []rule{
		{
			name: "iban", anchor: behindLetters(2), after: 48,
			pattern: regexp.MustCompile(`[A-Z]{2}\d\d(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?`),
			extend:  wholeIBAN,
		},
		{
			name: "uk-nino", anchor: behindLetters(2), after: 16,
			pattern: regexp.MustCompile(`[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z](?: \d\d \d\d \d\d |\d{6}| \d{6} )[A-D]`),
			accept: func(c candidate) bool {
				const unused = "BG GB NK KN TN NT ZZ"
				spaced := strings.Count(c.secret, " ") == 4
				return !strings.Contains(unused, c.secret[:2]) && !sameOrSequence(digitsOf(c.secret)) &&
					(spaced || c.near([]string{"national insurance", "national_insurance", "nationalinsurance", "nationalinsurancenumber", "nino", "ni number", "ni no"}))
			},
		},
		{
			name: "es-dni", anchor: ofLength(7, 8), after: 16,
			pattern: regexp.MustCompile(`(?:[XYZ]-?\d{7}|\d{8})[- ]?[TRWAGMYFPDXBNJZSQVHLCKE]`),
			accept: func(c candidate) bool {
				return isDNI(compact(c.secret)) && c.near([]string{"dni", "nif", "nie", "documento nacional", "documento"})
			},
		},
		{
			name: "fr-nir", keywords: []string{"2a", "2b"}, before: 12, after: 24,
			pattern: regexp.MustCompile(`[12] ?\d\d ?\d\d ?2[AB] ?\d{3} ?\d{3} ?\d\d`),
			accept: func(c candidate) bool {
				// Corsica: 2A counts as 19, 2B as 18.
				return isNIR(strings.NewReplacer("2A", "19", "2B", "18").Replace(compact(c.secret)))
			},
		},
		{
			name: "it-codice-fiscale", anchor: behindLetters(6), after: 20,
			pattern: regexp.MustCompile(`[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]`),
			accept: func(c candidate) bool {
				day := modulo(c.secret[9:11], 100)
				return (day >= 1 && day <= 31 || day >= 41 && day <= 71) && fiscalCode(c.secret)
			},
		},
		{
			name: "cn-resident-id", anchor: ofLength(17, 18), after: 24,
			pattern: regexp.MustCompile(`[1-9]\d{16}[0-9X]`),
			accept:  func(c candidate) bool { return isDate("20060102", c.secret[6:14]) && mod11to2(c.secret) },
		},
		{
			name: "in-pan", anchor: behindLetters(5), after: 12,
			pattern: regexp.MustCompile(`[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]`),
			accept:  func(c candidate) bool { return c.near([]string{"permanent account", "pan", "income tax"}) },
		},
	}
}

// isDNI: the letter is the number modulo 23; X, Y and Z of foreigners count as
// 0, 1 and 2.
func isDNI(n string) bool {
	number, letter := n[:len(n)-1], n[len(n)-1]
	number = strings.NewReplacer("X", "0", "Y", "1", "Z", "2").Replace(number)
	return checkLetter("TRWAGMYFPDXBNJZSQVHLCKE", number) == letter && !sameOrSequence(number)
}

// behindLetters returns an anchor at a number of capitals, and a space perhaps,
// before a run of digits.
func behindLetters(n int) func(text string, digits span) (int, bool) {
	return func(text string, digits span) (int, bool) {
		at := digits.start
		if byteAt(text, at-1) == ' ' {
			at--
		}
		for i := range n {
			if c := byteAt(text, at-1-i); c < 'A' || c > 'Z' {
				return 0, false
			}
		}
		return at - n, true
	}
}

// ofLength returns an anchor at a letter and a dash, perhaps, before a run of
// so many digits.
func ofLength(shortest, longest int) func(text string, digits span) (int, bool) {
	return func(_ string, digits span) (int, bool) {
		n := digits.end - digits.start
		return max(0, digits.start-2), n >= shortest && n <= longest
	}
}
