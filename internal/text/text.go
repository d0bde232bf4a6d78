// Package text writes numbers and counts for people, and finds what they probably
// meant to write.
package text

import "fmt"

// Count returns a number with the noun that fits it: "1 system", "2 systems".
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Thousands returns a whole number with commas between groups of three digits.
func Thousands(n float64) string {
	digits := fmt.Sprintf("%.0f", n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
