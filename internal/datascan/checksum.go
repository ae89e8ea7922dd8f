package datascan

import (
	"strings"
	"time"
)

// The checks below take digits without separators, and letters in capitals.
// Where one of them is only a sum, what it is a sum of is in sensitive.go.

// luhn is the check of ISO/IEC 7812-1, annex B.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			d *= 2
			if d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// weighted returns the sum of the digits, each times its weight.
func weighted(digits string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += w * int(digits[i]-'0')
	}
	return sum
}

// modulo returns a decimal number of any length modulo m.
func modulo(digits string, m int) int {
	rest := 0
	for i := range len(digits) {
		rest = (rest*10 + int(digits[i]-'0')) % m
	}
	return rest
}

// mod97 is the check of ISO 13616 for an IBAN in capitals without spaces.
func mod97(iban string) bool {
	rest := 0
	for _, c := range iban[4:] + iban[:4] {
		switch {
		case c >= '0' && c <= '9':
			rest = (rest*10 + int(c-'0')) % 97
		case c >= 'A' && c <= 'Z':
			rest = (rest*100 + int(c-'A') + 10) % 97
		default:
			return false
		}
	}
	return rest == 1
}

// verhoeff is the check of the dihedral group D5, after J. Verhoeff (1969).
func verhoeff(digits string) bool {
	permuted := [10]byte{1, 5, 7, 6, 2, 8, 3, 0, 9, 4}
	check := 0
	for i := range len(digits) {
		d := digits[len(digits)-1-i] - '0'
		for range i % 8 {
			d = permuted[d]
		}
		check = dihedral(check, int(d))
	}
	return check == 0
}

// dihedral multiplies two elements of D5: 0 to 4 turn, 5 to 9 mirror.
func dihedral(a, b int) int {
	switch {
	case a < 5 && b < 5:
		return (a + b) % 5
	case a < 5:
		return 5 + (a+b-5)%5
	case b < 5:
		return 5 + (a-5-b+5)%5
	}
	return (a - b + 5) % 5
}

// mod11of10 is the check of ISO 7064, MOD 11,10.
func mod11of10(digits string) bool {
	product := 10
	for i := range len(digits) - 1 {
		sum := (int(digits[i]-'0') + product) % 10
		if sum == 0 {
			sum = 10
		}
		product = 2 * sum % 11
	}
	return (11-product)%10 == int(digits[len(digits)-1]-'0')
}

// mod11to2 is the check of ISO 7064, MOD 11-2, whose last character may be X.
func mod11to2(number string) bool {
	rest := 0
	for i := range len(number) - 1 {
		rest = (rest + int(number[i]-'0')) * 2 % 11
	}
	return "10X98765432"[rest] == number[len(number)-1]
}

// sameOrSequence reports whether digits are what one types to fill a field: one
// or two digits all through, or counting up or down.
func sameOrSequence(digits string) bool {
	distinct := map[rune]bool{}
	up, down := true, true
	for i, c := range digits {
		distinct[c] = true
		if i > 0 {
			up = up && (digits[i]-digits[i-1]+10)%10 == 1
			down = down && (digits[i-1]-digits[i]+10)%10 == 1
		}
	}
	return len(distinct) <= 2 || up || down
}

// isDate reports whether digits are a date of the layout, between 1880 and the
// end of this century.
func isDate(layout, digits string) bool {
	t, err := time.Parse(layout, digits)
	return err == nil && t.Year() >= 1880 && t.Year() < 2100
}

// checkLetter picks the letter of an alphabet that a number modulo its length
// stands for.
func checkLetter(alphabet, digits string) byte { return alphabet[modulo(digits, len(alphabet))] }

// fiscalCode is the check character of an Italian codice fiscale.
func fiscalCode(code string) bool {
	odd := map[byte]int{}
	for i, v := range []int{1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23} {
		odd[byte('A'+i)] = v
		if i < 10 {
			odd[byte('0'+i)] = v
		}
	}
	sum := 0
	for i := range 15 {
		c := code[i]
		switch {
		case i%2 == 0:
			sum += odd[c]
		case isDigit(c):
			sum += int(c - '0')
		default:
			sum += int(c - 'A')
		}
	}
	return strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZ", code[15]) == sum%26
}
