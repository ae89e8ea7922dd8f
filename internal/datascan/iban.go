package datascan

import "strings"

// ibanLengths are those of the registry of ISO 13616.
var ibanLengths = lengths(`
	AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18
	FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20
	LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24
	SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30`)

func lengths(table string) map[string]int {
	of := map[string]int{}
	for _, entry := range strings.Fields(table) {
		of[entry[:2]] = modulo(entry[2:], 100)
	}
	return of
}

// ibanExamples are in the registry or in every manual, and nobody's account.
var ibanExamples = map[string]bool{
	"AT611904300234573201": true, "BE68539007547034": true, "BE71096123456769": true, "CH9300762011623852957": true, "CY17002001280000001200527600": true,
	"DE89370400440532013000": true, "DE91100000000123456789": true, "DK5000400440116243": true, "ES9121000418450200051332": true,
	"ES7921000813610123456789": true, "FI2112345600000785": true, "FR1420041010050500013M02606": true, "FR7630006000011234567890189": true,
	"GB29NWBK60161331926819": true, "GB82WEST12345698765432": true, "GB33BUKB20201555555555": true, "IE29AIBK93115212345678": true,
	"IE64IRCE92050112345678": true, "IT60X0542811101000000123456": true, "LU280019400644750000": true, "NL91ABNA0417164300": true,
	"NL02ABNA0123456789": true, "NO9386011117947": true, "PL61109010140000071219812874": true, "PT50000201231234567890154": true,
	"SE4550000000058398257466": true, "SA0380000000608010167519": true, "TR330006100519786457841326": true,
}

// wholeIBAN ends an IBAN where its country's length does: the text may go on
// with words in capitals.
func wholeIBAN(text string, s span) (span, bool) {
	length := ibanLengths[text[s.start:s.start+2]]
	number := make([]byte, 0, 34)
	end := s.start
	for ; end < s.end && len(number) < length; end++ {
		if c := text[end]; c != ' ' && c != '-' {
			number = append(number, c)
		}
	}
	s.end = end
	ok := length > 0 && len(number) == length && alone(text, s) && mod97(string(number)) && !ibanExamples[string(number)]
	return s, ok
}
