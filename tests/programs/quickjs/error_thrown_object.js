throw { status: 404, reason: "not there" };
