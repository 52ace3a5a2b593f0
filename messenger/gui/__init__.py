"""The desktop application: models, views, delegates, dialogs and the bridge to the engine."""
