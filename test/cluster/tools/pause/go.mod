module holdfast.dev/test/cluster/tools/pause

go 1.26
