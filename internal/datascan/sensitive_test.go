package datascan_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/datascan"
	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// numberOf returns digits in the shape, in which "?" is a random digit and "#"
// the check digits, which are tried until check accepts.
func numberOf(seed uint64, shape string, check func(digits []int) bool) string {
	random := rand.New(rand.NewPCG(seed, 11))
	for {
		text := []byte(shape)
		for i, c := range text {
			if c == '?' || c == '#' {
				text[i] = byte('0' + random.IntN(10))
			}
		}
		var digits []int
		for _, c := range text {
			if c >= '0' && c <= '9' {
				digits = append(digits, int(c-'0'))
			}
		}
		if check(digits) {
			return string(text)
		}
	}
}

// The sums below are written from the documents of the numbers, another way
// than the package does it.

func sumOf(digits []int, weights string) int {
	sum := 0
	for i, w := range strings.Fields(weights) {
		var n int
		fmt.Sscan(w, &n)
		sum += n * digits[i]
	}
	return sum
}

func isLuhn(d []int) bool {
	sum := 0
	doubled := []int{0, 2, 4, 6, 8, 1, 3, 5, 7, 9}
	for i := range d {
		if n := d[len(d)-1-i]; i%2 == 0 {
			sum += n
		} else {
			sum += doubled[n]
		}
	}
	return sum%10 == 0
}

func whole(d []int) (n int) {
	for _, digit := range d {
		n = n*10 + digit
	}
	return n
}

func anyDigits([]int) bool { return true }

// An identity is a kind of data about people: how it is written, and its label.
type identity struct {
	rule, label string
	written     []string
}

func identities() []identity {
	n := numberOf
	return []identity{
		{"card-number", "Card number", []string{
			n(1, "45???????????###", isLuhn), n(2, "5398 ???? ???? ?###", isLuhn), n(3, "3712-??????-??###", isLuhn),
			n(4, "2345????????????", isLuhn), n(5, "6011 94?? ???? ???#", isLuhn), n(6, "3542-????-????-????", isLuhn),
		}},
		{"iban", "IBAN", []string{ibanOf("DE", "370501980001?????7"), ibanOf("GB", "MIDL4051??1234??66"), ibanOf("NL", "INGB00045???90"), ibanOf("FR", "3000200550000?15784?Z25")}},
		{"us-ssn", "SSN", []string{n(7, "536-2?-4?1?", anyDigits), n(8, "212 3? 81??", anyDigits), n(9, "4321?67??", anyDigits)}},
		{"uk-nino", "National insurance number", []string{"JG 10 37 " + "59 A", "JG1037" + "59A", "WM 402" + "915 D"}},
		{"fr-nir", "NIR", []string{
			n(10, "1 84 12 7? ??? 1?? ##", isFrench), n(11, "2900675??11?4##", isFrench), "1 67 05 2A 123 456 " + keyOf(1670519123456+0),
		}},
		{"de-steuer-id", "Steuer-ID", []string{"860957" + "42719", "65 929 " + "970 489"}},
		{"es-dni", "DNI", []string{"4871" + "2365" + letterOf(48712365), "X-52" + "31764-" + letterOf(5231764)}},
		{"uk-nhs-number", "NHS number", []string{n(12, "943 4?? ????", isHealthService), n(13, "485???????", isHealthService)}},
		{"in-aadhaar", "Aadhaar", []string{"2341 2341 " + "2346"}},
		{"it-codice-fiscale", "Codice fiscale", []string{"RSSMRA85T10" + "A562S"}},
		{"br-cpf", "CPF", []string{"529.982." + "247-25", "52998" + "224725"}},
		{"ch-ahv", "AHV-Nr", []string{"756.9217." + "0769.85"}},
		{"cn-resident-id", "Resident id", []string{"1101051949" + "1231002X"}},
		{"ca-sin", "Social insurance number", []string{n(14, "5?? ??? ??#", isLuhn)}},
		{"nl-bsn", "BSN", []string{n(15, "1????????", func(d []int) bool { return (sumOf(d, "9 8 7 6 5 4 3 2")-d[8])%11 == 0 })}},
		{"be-national-number", "Rijksregisternummer", []string{"85.07.30-" + "033.28"}},
		{"pl-pesel", "PESEL", []string{"440514" + "01359"}},
		{"se-personnummer", "Personnummer", []string{"811228-" + "9874"}},
		{"au-tfn", "Tax file number", []string{n(16, "4?? ??? ???", func(d []int) bool { return sumOf(d, "1 4 3 7 5 8 6 9 10")%11 == 0 })}},
		{"in-pan", "PAN number", []string{"AFZ" + "PK7190K"}},
		{"passport-number", "Passport number", []string{"C01X" + "0T478", "5239" + "84176"}},
		{"date-of-birth", "Date of birth", []string{"1984-07-" + "23", "23.07." + "1984"}},
		{"medical-record-number", "MRN", []string{"0048" + "3921", "MR-77" + "3194"}},
	}
}

func isFrench(d []int) bool { return 97-whole(d[:13])%97 == whole(d[13:]) }

func keyOf(n int) string { return fmt.Sprintf("%02d", 97-n%97) }

func letterOf(n int) string { return "TRWAGMYFPDXBNJZSQVHLCKE"[n%23:][:1] }

func isHealthService(d []int) bool { return (sumOf(d, "10 9 8 7 6 5 4 3 2")+d[9])%11 == 0 }

// ibanOf returns an account of the country in groups of four.
func ibanOf(country, account string) string {
	random := rand.New(rand.NewPCG(uint64(len(account)), 13))
	bban := []byte(account)
	for i, c := range bban {
		if c == '?' {
			bban[i] = byte('0' + random.IntN(10))
		}
	}
	rest := 0
	for _, c := range string(bban) + country + "00" {
		if c >= 'A' {
			rest = (rest*100 + int(c-'A') + 10) % 97
			continue
		}
		rest = (rest*10 + int(c-'0')) % 97
	}
	iban := fmt.Sprintf("%s%02d%s", country, 98-rest, bban)
	return strings.Join(slices.Collect(func(yield func(string) bool) {
		for part := range slices.Chunk([]byte(iban), 4) {
			if !yield(string(part)) {
				return
			}
		}
	}), " ")
}

func TestDataAboutPeopleAreFound(t *testing.T) {
	s := scanner(t)
	for _, identity := range identities() {
		for _, value := range identity.written {
			text := "before\n<tr><td>" + identity.label + "</td><td>" + value + "</td></tr>\nafter"
			clean, leaks, err := s.Redact(t.Context(), datascan.Source{Place: "page text", Key: []byte("k")}, text)
			want := "before\n<tr><td>" + identity.label + "</td><td>[redacted: " + identity.rule + "]</td></tr>\nafter"
			if err != nil || clean != want {
				t.Errorf("%s: Redact(%q) = %q, %v, want %q", identity.rule, text, clean, err, want)
				continue
			}
			if len(leaks) != 1 || leaks[0].Rule != identity.rule || leaks[0].Kind != exposure.LeakSensitiveData || leaks[0].Severity < exposure.SeverityHigh || leaks[0].Key == "" {
				t.Errorf("%s: leaks of %q = %+v", identity.rule, text, leaks)
			}
		}
	}
}

// One wrong digit makes another number: the checks look at every one of them.
func TestANumberWithAWrongDigitIsNone(t *testing.T) {
	s := scanner(t)
	weak := []string{"us-ssn", "uk-nino", "in-pan", "passport-number", "date-of-birth", "medical-record-number"} // without a check digit
	for _, identity := range identities() {
		if slices.Contains(weak, identity.rule) {
			continue
		}
		value := identity.written[0]
		for i, c := range value {
			if c < '0' || c > '9' || identity.rule == "it-codice-fiscale" && i > 5 && i < 11 {
				continue
			}
			wrong := value[:i] + string('0'+(c-'0'+1)%10) + value[i+1:]
			_, leaks, err := s.Redact(t.Context(), datascan.Source{}, identity.label+": "+wrong)
			if err != nil || slices.ContainsFunc(leaks, func(l exposure.Leak) bool { return l.Rule == identity.rule }) {
				t.Errorf("%s: %q, which is %q with a wrong digit, is found, %v", identity.rule, wrong, value, err)
			}
		}
	}
}

func TestWhatOnlyLooksLikeDataAboutPeople(t *testing.T) {
	card := numberOf(20, "45???????????###", isLuhn)
	for name, text := range map[string]string{
		"published test card":        "Card: 4242 4242 4242 4242, 4111-1111-1111-1111, 378282246310005",
		"in longer digits":           "1" + card + " " + card + "7",
		"in a word":                  "id" + card + " " + card + "px x_" + card,
		"a fraction":                 "0." + card + " ." + card,
		"in a UUID":                  "f81d4fae-" + card[:4] + "-" + card[4:8] + "-" + card[8:12] + "-" + card[12:],
		"mixed separators":           card[:4] + " " + card[4:8] + "-" + card[8:12] + " " + card[12:],
		"13 digits without a word":   numberOf(21, "4????????????", isLuhn),
		"SSN of a manual":            "SSN: 123-45-6789, 078-05-1120, 219-09-9999",
		"SSN of no area":             "SSN: 000-12-3456 666-12-3456 912-12-3456 212-00-3456 212-12-0000",
		"part number":                "ref 536-22-41175, 1536-22-4117",
		"nine digits without a word": "536224117",
		"IBAN of the registry":       "IBAN DE89 3704 0044 0532 0130 00 and GB82WEST12345698765432",
		"nine addresses":             addresses(9, "acme.test.org"),
		"the site's own addresses":   addresses(30, "mail.acme.org"),
		"addresses of documentation": addresses(30, "example.com"),
		"names of pictures":          addresses(30, "2x.png"),
		"nine phones":                phones(9),
		"an ICD code alone":          "type E11.9 in the list, room B12",
		"a diagnosis without people": "diagnosis code E11.9 of the manual",
		"a date":                     "published 1984-07-23; birth of the web",
	} {
		clean, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{Host: "www.acme.org"}, text)
		if err != nil || clean != text || len(leaks) != 0 {
			t.Errorf("%s: Redact(%q) = %q, %+v, %v, want no leak", name, text, clean, leaks, err)
		}
	}
}

func addresses(n int, domain string) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("person%d@%s", i, domain))
	}
	return strings.Join(all, ", ")
}

func phones(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("+49 30 %d", 90182700+i*7))
	}
	return strings.Join(all, "; ")
}

func TestAListOfContactsIsOneLeak(t *testing.T) {
	s := scanner(t)
	from := datascan.Source{Place: "response body", Host: "acme.org", Key: []byte("k")}
	for rule, text := range map[string]string{"email-list": addresses(12, "acme.net"), "phone-list": phones(12)} {
		text += "\ninfo@acme.org"
		clean, leaks, err := s.Redact(t.Context(), from, text)
		if err != nil || len(leaks) != 1 || leaks[0].Rule != rule || leaks[0].Count != 12 || leaks[0].Key == "" {
			t.Errorf("Redact(%q) leaks %+v, %v, want one of %s that counts 12", text, leaks, err, rule)
		}
		if strings.Contains(clean, "acme.net") || strings.Contains(clean, "9018") || !strings.Contains(clean, "info@acme.org") {
			t.Errorf("Redact(%q) = %q, want the site's own address alone", text, clean)
		}
	}
}

func TestADiagnosisOfAPatientIsFound(t *testing.T) {
	clean, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{}, "Patient: J. Doe. Diagnosis: E11.9, then F32.1.")
	if err != nil || len(leaks) != 2 || leaks[0].Rule != "icd-10-diagnosis" || strings.Contains(clean, "E11") || strings.Contains(clean, "F32") {
		t.Errorf("Redact = %q, %+v, %v, want two diagnoses", clean, leaks, err)
	}
}

func TestTheSameValueHasTheSameKeyInOneStore(t *testing.T) {
	s := scanner(t)
	card := numberOf(22, "45???????????###", isLuhn)
	spaced := card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:]
	key := func(store, text string) string {
		_, leaks, err := s.Redact(t.Context(), datascan.Source{Key: []byte(store)}, text)
		if err != nil || len(leaks) != 1 {
			t.Fatalf("Redact(%q) = %+v, %v, want one leak", text, leaks, err)
		}
		return leaks[0].Key
	}
	one := key("a", "card "+card)
	if len(one) != 32 || one != key("a", "<b>"+spaced+"</b>") {
		t.Errorf("keys of one card differ in one store, or are not 16 bytes: %q", one)
	}
	if one == key("b", card) || one == key("a", numberOf(23, "45???????????###", isLuhn)) {
		t.Error("another store, or another card, has the same key")
	}
	if got := key("", card); got != "" {
		t.Errorf("the key without a store is %q", got)
	}
}

func TestValuesBeyondTheTwentiethShareALeak(t *testing.T) {
	var text strings.Builder
	for i := range 25 {
		fmt.Fprintln(&text, numberOf(uint64(100+i), "45???????????###", isLuhn))
	}
	_, leaks, err := scanner(t).Redact(t.Context(), datascan.Source{Key: []byte("k")}, text.String())
	if err != nil || len(leaks) != 21 || leaks[20].Count != 5 || leaks[20].Key != "" || leaks[19].Key == "" {
		t.Errorf("%d leaks, %v, want 20 and one of five", len(leaks), err)
	}
}
