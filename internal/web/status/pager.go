package status

import (
	"fmt"
	"strconv"
)

// pager leads through the pages of a table.
type pager struct {
	Summary        string   // which rows these are
	Previous, Next string   // links; empty where there is no page
	Pages          []choice // none if there is just one; a gap has no link
	Sizes          []choice // of a page; none if it makes no difference
	from, to       int
}

// newPager returns the pager of total rows. A page beyond the last is the last.
func newPager(q query, total int) pager {
	last := max(1, (total+q.rows-1)/q.rows)
	q.page = min(q.page, last)
	p := pager{from: (q.page - 1) * q.rows, to: min(q.page*q.rows, total)}
	to := func(n int) string {
		return q.with(func(q *query) { q.page = n })
	}
	p.Summary = fmt.Sprintf("%s of %s", span(p.from+1, p.to), thousands(float64(total)))
	if q.page > 1 {
		p.Previous = to(q.page - 1)
	}
	if q.page < last {
		p.Next = to(q.page + 1)
	}
	if last > 1 {
		p.Pages = pages(q.page, last, to)
	}
	if total > defaultRows {
		p.Sizes = sizes(q)
	}
	return p
}

func span(from, to int) string {
	if to == 0 {
		return "0"
	}
	return thousands(float64(from)) + "–" + thousands(float64(to))
}

// pages returns the first and the last page, those around the current one, and
// a gap where some are left out.
func pages(current, last int, to func(int) string) []choice {
	var all []choice
	for n, before := 1, 0; n <= last; n++ {
		if n != 1 && n != last && (n < current-1 || n > current+1) {
			continue
		}
		if n > before+1 {
			all = append(all, choice{Label: "…"})
		}
		all = append(all, choice{Label: strconv.Itoa(n), Link: to(n), Current: n == current})
		before = n
	}
	return all
}

func sizes(q query) []choice {
	var all []choice
	for _, n := range []int{defaultRows, maxRows} {
		all = append(all, choice{
			Label: thousands(float64(n)), Current: n == q.rows,
			Link: q.with(func(q *query) { q.rows = n }),
		})
	}
	return all
}
