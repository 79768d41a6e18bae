require "securerandom"; p SecureRandom.uuid
