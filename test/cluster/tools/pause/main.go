// Command pause holds a pod's namespaces open until it is told to end.
package main

import (
	"os"
	"os/signal"
	"syscall"
)

func main() {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGINT, syscall.SIGTERM)
	// With a shared process namespace, orphans become children of this process and must be reaped.
	signal.Ignore(syscall.SIGCHLD)
	<-end
}
