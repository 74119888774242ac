package java

import (
	"context"

	"github.com/dockgen/dockgen/internal/repo"
)

func gradleModules(ctx context.Context, v *repo.View) ([]*module, error) { return nil, nil }
