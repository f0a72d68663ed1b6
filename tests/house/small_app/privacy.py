from portal.personal import classify

classify("small_app.Cake", "Cakes", kept="until they are eaten", who="baker", fact="kind on status school", none="id")
classify("small_app.CakeEvent", "What was baked", kept="until it is eaten", who="by acting_for",
         fact="verb old new reason at cake", none="id")  # fmt: skip
