package datascan

import (
	"slices"
	"strings"

	"github.com/dynamicscan/terraform-provider-dynamicscan/internal/exposure"
)

// cardRules find payment cards: 13 to 19 digits of an issuer's range with the
// check digit of ISO/IEC 7812, in the groups in which cards are written, or
// bare. The lengths that few cards have need a word nearby.
func cardRules() []rule {
	return []rule{{
		name: "card-number", severity: exposure.SeverityCritical,
		layouts: []layout{
			{"dddd_dddd_dddd_dddd", false}, {"dddd_dddddd_ddddd", false}, {"dddd_dddddd_dddd", false}, {"dddd_dddd_dddd_dddd_ddd", false},
			{"dddddddddddddddd", false}, {"ddddddddddddddd", false},
			{"ddddddddddddd", true}, {"dddddddddddddd", true}, {"ddddddddddddddddd", true}, {"dddddddddddddddddd", true}, {"ddddddddddddddddddd", true},
		},
		context: []string{"card", "cardnumber", "card_number", "creditcard", "credit card", "ccnum", "cc", "pan", "visa", "maestro", "diners", "unionpay"},
		check:   isCard,
	}}
}

// An issuerRange holds the first digits of the cards of a scheme and the lengths
// of its numbers.
type issuerRange struct {
	lo, hi  string // of the same length
	lengths []int
}

var (
	sixteen         = []int{16}
	sixteenNineteen = []int{16, 17, 18, 19}
	maestroLengths  = []int{13, 14, 15, 16, 17, 18, 19}
)

var issuerRanges = []issuerRange{
	{"4", "4", []int{13, 16, 19}},     // Visa
	{"51", "55", sixteen},             // Mastercard
	{"2221", "2720", sixteen},         // Mastercard
	{"34", "34", []int{15}},           // American Express
	{"37", "37", []int{15}},           // American Express
	{"300", "305", []int{14, 16}},     // Diners Club
	{"3095", "3095", []int{14, 16}},   // Diners Club
	{"36", "36", []int{14, 16}},       // Diners Club
	{"38", "39", []int{14, 16}},       // Diners Club
	{"6011", "6011", sixteenNineteen}, // Discover
	{"644", "649", sixteenNineteen},   // Discover
	{"65", "65", sixteenNineteen},     // Discover, RuPay
	{"3528", "3589", sixteenNineteen}, // JCB
	{"62", "62", sixteenNineteen},     // UnionPay
	{"81", "81", sixteenNineteen},     // UnionPay, RuPay
	{"60", "60", sixteen},             // RuPay
	{"82", "82", sixteen},             // RuPay
	{"508", "508", sixteen},           // RuPay
	{"2200", "2204", sixteenNineteen}, // Mir
	{"9792", "9792", sixteen},         // Troy
	{"5018", "5018", maestroLengths},  // Maestro, as all below
	{"5020", "5020", maestroLengths},
	{"5038", "5038", maestroLengths},
	{"5893", "5893", maestroLengths},
	{"6304", "6304", maestroLengths},
	{"6759", "6759", maestroLengths},
	{"6761", "6763", maestroLengths},
}

// isCard reports whether digits are the number of a payment card, and none of
// those that card schemes and processors publish for tests.
func isCard(digits string) bool {
	issued := slices.ContainsFunc(issuerRanges, func(r issuerRange) bool {
		first := digits[:len(r.lo)]
		return r.lo <= first && first <= r.hi && slices.Contains(r.lengths, len(digits))
	})
	return issued && luhn(digits) && !isTestCard(digits)
}

// isTestCard knows the published test numbers, and tells the unpublished ones
// by digits that no issuer hands out: eight of the same in a row, or few
// different ones.
func isTestCard(digits string) bool {
	distinct := map[rune]bool{}
	run, last := 0, rune(0)
	for _, d := range digits {
		distinct[d] = true
		if d != last {
			run, last = 0, d
		}
		if run++; run == 8 {
			return true
		}
	}
	return len(distinct) <= 3 || strings.Contains(digits, "123456789") || slices.Contains(testCards, digits)
}

var testCards = strings.Fields(`
	4012888888881881 4000056655665556 4000002500003155 4000002760003184 4000003800000446 4000008260003178 4917610000000000
	4988438843884305 4166676667666746 4646464646464644 4000620000000007 4000060000000006 4293189100000008 4988080000000000
	4111111145551142 4035501000000008 4360000001000005 4871049999999910 4166676667666746 4009348888881881 4500600000000061
	5200828282828210 5105105105105100 5454545454545454 5136333333333335 5585558555855583 5555341244441115 5577000055770004
	5555444433331111 5103221911199245 5424000000000015 2223003122003222 2223000048400011 2222400070000005 2222410740360010
	378282246310005 371449635398431 378734493671000 370000000000002 370000000100018 341111597241002
	30569309025904 38520000023237 36227206271667 36006666333344 36070500001020 36148900647913
	6011111111111117 6011000990139424 6011981111111113 6011601160116611 6445644564456445 6500000000000002
	3530111333300000 3566002020360505 3569990010095841 6200000000000005 6205500000000000004 6243030000000001
	6304000000000000 6759649826438453 6771798021000008 6771798025000004 5000550000000029 6799990100000000019`)
