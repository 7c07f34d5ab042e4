package session

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"reddot/im"
)

func TestAnErrorIsExplainedByItsCauseCodeAndRemedy(t *testing.T) {
	refused := &im.Error{Doing: "quit live", Code: 10009, Info: "owner cannot quit", Cause: "群主不能退群", Remedy: "先转让"}
	require.Equal(t, Trouble{"群主不能退群", 10009, "先转让"}, Explain(fmt.Errorf("wrapped: %w", refused)))
	require.Equal(t, Trouble{"owner cannot quit", 10009, ""}, Explain(&im.Error{Code: 10009, Info: "owner cannot quit"}))
	require.Equal(t, Trouble{Cause: "disk full"}, Explain(errors.New("disk full")))
}
