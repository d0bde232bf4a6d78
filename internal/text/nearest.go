package text

// maxEdits is how many edits a misspelled word may be away from the right one.
const maxEdits = 2

// Nearest returns the known word that text is a misspelling of; empty if there
// is none.
func Nearest(text string, known []string) string {
	best, limit := "", min(maxEdits, (len(text)+1)/3)
	for _, word := range known {
		if max(len(text)-len(word), len(word)-len(text)) > limit {
			continue
		}
		if d := distance(text, word); d <= limit {
			best, limit = word, d-1
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			next := min(row[j], row[j+1]) + 1
			if a[i] == b[j] {
				next = min(next, diagonal)
			} else {
				next = min(next, diagonal+1)
			}
			diagonal, row[j+1] = row[j+1], next
		}
	}
	return row[len(b)]
}
