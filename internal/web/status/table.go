package status

import "slices"

// table is what stands around the rows of a table: its head, the filters above
// it and the pages below.
type table struct {
	Columns []column
	Choices []choice
	Search  string
	Label   string // what can be searched for
	Hidden  []Flag // what the search keeps of the query
	Reset   string // link that ends the search
	Pager   pager
}

// column is the head of one, with a link that sorts by it.
type column struct {
	Key, Label string
	Link       string
	Sorted     string // ascending, descending or nothing, as aria-sort has it
}

// choice is a filter, or a page, to choose.
type choice struct {
	Label   string
	Count   string
	Link    string
	Current bool
}

// sorting returns the column to sort by: that of the query, if there is such a
// column, or else the first of all, those that want attention first.
func sorting(q query, columns []column) (key string, desc bool) {
	if slices.ContainsFunc(columns, func(c column) bool { return c.Key == q.sort }) {
		return q.sort, q.desc
	}
	return "state", false
}

// newTable returns what stands around total rows. The label says what can be
// searched for.
func newTable(q query, label string, columns []column, choices []choice, total int) table {
	sorted, desc := sorting(q, columns)
	for i := range columns {
		c := &columns[i]
		now := c.Key == sorted
		c.Link = q.with(func(q *query) { q.sort, q.desc = c.Key, now && !desc })
		if now {
			c.Sorted = map[bool]string{false: "ascending", true: "descending"}[desc]
		}
	}
	return table{
		Columns: columns, Choices: choices, Search: q.search, Label: label, Hidden: q.hidden(),
		Reset: q.with(func(q *query) { q.search, q.show = "", "" }),
		Pager: newPager(q, total),
	}
}
