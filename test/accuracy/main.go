// Command accuracy measures how well stalls are detected: it lets contact centres live
// through simulated years and compares what the tracker reports with what really
// happened. It prints every line of the bar, and fails if one is not held.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"sync"
	"time"
	_ "time/tzdata"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("year", flag.ContinueOnError)
	seeds := flags.Int("seeds", 30, "how many centres to simulate")
	first := flags.Int("first", 101, "the seed of the first one; constants are chosen on seeds below 100")
	days := flags.Int("days", 365, "how long")
	if err := flags.Parse(args); err != nil {
		return err
	}
	r := years(*first, *seeds, *days)
	r.print(out)
	if !r.held() {
		return errors.New("the bar is not held")
	}
	return nil
}

// start is where years begin.
func start() time.Time { return time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) }

// years simulates some seeds, as many at a time as there are processors.
func years(first, seeds, days int) *result {
	r := &result{days: days}
	var mu sync.Mutex
	var group sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for seed := range seeds {
		free <- struct{}{}
		group.Go(func() {
			y := simulate(uint64(first+seed), start(), days)
			mu.Lock()
			defer mu.Unlock()
			r.add(y)
			<-free
		})
	}
	group.Wait()
	return r
}
